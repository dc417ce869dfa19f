"""The keys that deeds are signed with: made when first needed, published, turned in their time.

A key is published a while before it signs, so that no one meets a signature by a key they do not
know; the ones before it stay published, for a deed may still wait for its approval.
"""

import json
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import bindparam, text

from app.bank import records
from app.bank.database import db, hot
from app.foundation import clock, database, ids
from app.foundation.database import UtcDateTime
from app.foundation.hot import Statement
from app.foundation.problems import Unavailable

ALG, TYPE = "ES256", "deed+jwt"
LEAD = timedelta(seconds=300)  # a key set may be kept so long
KEPT_SECONDS = 5  # the list is read again after
PUBLISHED = timedelta(days=1)  # after the next one began


class Row(NamedTuple):
    """A key as stored."""

    kid: str
    public_jwk: str
    private_sealed: bytes
    signs_from: datetime


_ALL = Statement(
    "SELECT kid, public_jwk, private_sealed, signs_from FROM bank_deed_keys"
    " WHERE gone_at IS NULL ORDER BY signs_from, kid",
    Row,
)
_ADD = text(
    "INSERT INTO bank_deed_keys (kid, public_jwk, private_sealed, signs_from)"
    " SELECT :kid, :public_jwk, :private_sealed, :signs_from WHERE NOT EXISTS"
    " (SELECT 1 FROM bank_deed_keys WHERE signs_from > :since) ON CONFLICT DO NOTHING RETURNING kid"
).bindparams(bindparam("signs_from", type_=UtcDateTime), bindparam("since", type_=UtcDateTime))
_EVER, _FIRST, _NEVER = (
    datetime.fromisoformat(f"{year}-01-01T00:00:00+00:00") for year in (1970, 2000, 9999)
)


class Keys:
    """The deed keys of one application, as of at most ``KEPT_SECONDS`` ago."""

    def __init__(self):
        self._until = 0.0
        self._rows = ()
        self._opened = {}

    def sign(self, claims):
        """Return ``claims`` as a compact JWS by the key whose time it is.

        Raises Unavailable: when there is none.
        """
        now = clock.now()
        begun = [row for row in self.rows() if row.signs_from <= now]
        if not begun:
            raise Unavailable(detail="no key to sign deeds with")
        row = begun[-1]
        key = self._opened.get(row.kid) or self._open(row)
        header = {"alg": ALG, "typ": TYPE, "kid": row.kid}
        return jws.serialize_compact(header, json.dumps(claims, ensure_ascii=False), key)

    def public(self):
        """Return the key set to publish (RFC 7517 §5): no private member."""
        rows, now = self.rows(), clock.now()
        ends = [row.signs_from for row in rows[1:]]
        gone = sum(end < now - PUBLISHED for end in ends)
        return {"keys": [json.loads(row.public_jwk) for row in rows[gone:]]}

    def rows(self):
        """Return the keys, the first to sign first."""
        now = clock.ticks()
        if now >= self._until:
            self._rows = hot.run(_ALL)
            self._until = now + KEPT_SECONDS
        return self._rows

    def forget(self):
        """Read the rows again at the next question."""
        self._until = 0.0

    def _open(self, row):
        private = current_app.extensions["sealing"].open(row.private_sealed, _place(row.kid))
        key = self._opened[row.kid] = ECKey.import_key(json.loads(private))
        return key


def current():
    """Return the :class:`Keys` of the application at work."""
    return current_app.extensions["deed_keys"]


def ensure():
    """Make the very first key, unless there is one; of many who ask at once, one makes it.

    It signs from ever: nobody has seen a key set without it.
    """
    if not current().rows():
        with database.apart(db) as connection:
            connection.execute(_ADD, _new(_FIRST) | {"since": _EVER})
        current().forget()


def sign(claims):
    """Return ``claims`` (dict) as a compact JWS. Asked before the request writes anything."""
    ensure()
    return current().sign(claims)


def rotate():
    """Add a key that signs once every key set in use holds it; return its ``kid``."""
    return add(clock.now() + LEAD)


def add(signs_from, *, unless_since=_NEVER):
    """Add a key that signs from then; return its ``kid``.

    unless_since: add none, and return None, when there is one that signs since after that moment.
    """
    made = _new(signs_from)
    if db.session.scalar(_ADD, made | {"since": unless_since}) is None:
        return None
    records.record(records.DEED_KEY_ADDED, actor=records.OPERATOR, subject=made["kid"])
    current().forget()
    return made["kid"]


def add_in_time(before):
    """Add a key unless there is one that signs since after ``before``; return its ``kid``, or None.

    Of many who ask in the same minute, the database keeps one.
    """
    signs_from = (clock.now() + LEAD).replace(second=0, microsecond=0) + timedelta(minutes=1)
    return add(signs_from, unless_since=before)


def _new(signs_from):
    kid = ids.new("key")
    key = ECKey.generate_key("P-256", {"kid": kid, "alg": ALG, "use": "sig"})
    private = json.dumps(key.as_dict(private=True)).encode()
    return {
        "kid": kid,
        "public_jwk": json.dumps(key.as_dict(private=False)),
        "private_sealed": current_app.extensions["sealing"].seal(private, _place(kid)),
        "signs_from": signs_from,
    }


def _place(kid):
    return f"bank_deed_keys/{kid}/private_sealed"
