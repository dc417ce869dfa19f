"""Another secret for an app that may ask to move money: whoever has it may be the app."""

from app.auth.flows import rotate_secret
from app.auth.flows.four_eyes.kind import Kind


class NewSecret(Kind):
    """subject: a client's id; change: ``digest`` (hex), ``seen``, ``overlap_seconds``."""

    name = "client_secret"

    def check(self, subject, change, by):
        """Raise NotFound, InvalidMetadata, AlreadyRotated."""
        if rotate_secret.newest(subject) != change["seen"]:
            raise rotate_secret.AlreadyRotated

    def before(self, subject, change):
        """The secret in use, by the name of its row."""
        return {"client_secret": rotate_secret.newest(subject)}

    def after(self, subject, change):
        """Another."""
        return {"client_secret": change["digest"]}

    def verb(self, subject, change, prepared, by):
        """Let the one that was drawn be good."""
        digest = bytes.fromhex(change["digest"])
        told = {"seen": change["seen"], "overlap_seconds": change["overlap_seconds"]}
        rotate_secret.now(subject, digest, by=by, **told)
