"""Another secret for an app that may ask to move money: whoever has it may be the app."""

from app.auth.clients import registration
from app.auth.flows import rotate_secret
from app.auth.flows.four_eyes.kind import Kind
from app.auth.staff import pending
from app.auth.staff.permissions import CLIENTS_MANAGE
from app.foundation.problems import Problem


class SecretWaits(Problem):
    """Of two secrets that wait, nobody could tell which is the one they were shown."""

    code = "secret_waits"
    status = 409
    key = "admin.secret_waits"
    description = "A secret that you asked for waits already; have it approved or refused first."


class NewSecret(Kind):
    """subject: a client's id; change: ``digest`` (hex), ``seen``, ``overlap_seconds``."""

    name = "client_secret"
    permission = CLIENTS_MANAGE

    def check(self, subject, change, by):
        """Raise NotFound, InvalidMetadata, AlreadyRotated, SecretWaits."""
        if rotate_secret.newest(subject) != change["seen"]:
            raise rotate_secret.AlreadyRotated
        if pending.is_asked_for(self.name, subject, by):
            raise SecretWaits

    def places(self, subject, change):
        """The institution of the app."""
        return [registration.get(subject).institution]

    def before(self, subject, change):
        """The secret in use, by the name of its row, and whose app it is."""
        newest = rotate_secret.newest(subject)
        return {"client_secret": newest, "institution": registration.get(subject).institution}

    def after(self, subject, change):
        """Another secret, of the same app."""
        return self.before(subject, change) | {"client_secret": change["digest"]}

    def verb(self, subject, change, prepared, by):
        """Let the one that was drawn be good."""
        digest = bytes.fromhex(change["digest"])
        told = {"seen": change["seen"], "overlap_seconds": change["overlap_seconds"]}
        rotate_secret.now(subject, digest, by=by, **told)
