"""Withdrawing a signing key: what it signed is no longer verified."""

from app.auth.flows.four_eyes.kind import Kind
from app.auth.keys import desk, succession
from app.auth.keys.models import SigningKey
from app.auth.staff.permissions import KEYS_MANAGE
from app.foundation.problems import NotFound


class KeyRetirement(Kind):
    """subject: a key's id."""

    name = "key_retirement"
    permission = KEYS_MANAGE

    def check(self, subject, change, by):
        """Raise NotFound."""
        _state(subject)

    def before(self, subject, change):
        """Where the key is on its way."""
        succession.alone()
        return _state(subject)

    def after(self, subject, change):
        """It is gone."""
        return _state(subject) | {"state": "gone"}

    def verb(self, subject, change, prepared, by):
        """Withdraw it."""
        desk.retire(subject, by=by)


def _state(kid):
    row = next(iter(succession.rows(SigningKey.kid == kid, SigningKey.state != "gone")), None)
    if row is None:
        raise NotFound("There is no such key.")
    return {"alg": row.alg, "state": row.state}
