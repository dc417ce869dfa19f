"""Give an application a new secret, once for each time it was asked for.

The secret is drawn first and good later: whoever asks for it sees it at once, and nobody keeps it.
"""

from app.auth.audit import events
from app.auth.clients import credentials, registration
from app.auth.clients.metadata import InvalidMetadata
from app.foundation.problems import Problem


class AlreadyRotated(Problem):
    """The secret that was to be replaced is no longer the application's newest, or it has none."""

    code = "secret_already_rotated"
    status = 409
    key = "admin.already_rotated"
    description = "The secret was replaced meanwhile."


def newest(client_id):
    """Return the id of the secret to be replaced, "" of none; it stays so until this is done.

    Raises NotFound, InvalidMetadata: when the application authenticates otherwise.
    """
    registration.held_with_secret(client_id)
    return next((secret.id for secret in credentials.in_use(client_id)), "")


def now(client_id, digest, *, seen, overlap_seconds=0, by=events.OPERATOR):
    """Replace the secret ``seen`` (:func:`newest`) by the one with this ``digest``.

    A form that is sent twice, or by two people at once, replaces it once. overlap_seconds: how
    long the one before stays good beside it.

    Raises NotFound, AlreadyRotated.
    """
    try:
        current = newest(client_id)
    except InvalidMetadata as none:
        raise AlreadyRotated from none
    if current != seen:
        raise AlreadyRotated
    credentials.replace_secret(client_id, digest, by=by, overlap_seconds=overlap_seconds)
