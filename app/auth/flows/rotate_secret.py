"""Give an application a new secret, once for each time it was asked for."""

from app.auth.audit import events
from app.auth.clients import credentials, registration
from app.foundation.problems import Problem


class AlreadyRotated(Problem):
    """The secret that was to be replaced is no longer the application's newest, or it has none."""

    code = "secret_already_rotated"
    status = 409
    key = "admin.already_rotated"
    description = "The secret was replaced meanwhile."


def now(client_id, *, seen, overlap_seconds=0, by=events.OPERATOR):
    """Replace the secret ``seen`` (its id, the first of `credentials.in_use`); return the new one.

    A form that is sent twice, or by two people at once, replaces it once. overlap_seconds: how
    long the one before stays good beside it.

    Raises NotFound, AlreadyRotated.
    """
    registration.held(client_id)
    if [secret.id for secret in credentials.in_use(client_id)[:1]] != [seen]:
        raise AlreadyRotated
    return registration.rotate_secret(client_id, by=by, overlap_seconds=overlap_seconds)
