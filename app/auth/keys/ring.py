"""Sign with the key whose time it is; publish the keys; verify what we signed.

Keys are parsed once a process, a private one when it first signs. The list is read again after
``CACHE_SECONDS``, so every worker publishes a new key, and leaves an old one, within them.
"""

import json
from datetime import UTC, datetime
from typing import NamedTuple

from flask import current_app

from app.auth.database import hot
from app.auth.keys import jose
from app.auth.keys.models import has_begun
from app.foundation import clock
from app.foundation.hot import Statement
from app.foundation.problems import Unavailable

_NEVER = datetime.max.replace(tzinfo=UTC)


class Row(NamedTuple):
    """A published key as stored."""

    kid: str
    alg: str
    state: str
    created_at: datetime
    activated_at: datetime | None
    retired_at: datetime | None
    public_jwk: str
    private_sealed: bytes


PUBLISHED = Statement(
    "SELECT kid, alg, state, created_at, activated_at, retired_at, public_jwk, private_sealed"
    " FROM signing_keys WHERE state <> 'gone' ORDER BY created_at, alg, kid",
    Row,
)


class Ring:
    """The published keys of one application, as of at most ``CACHE_SECONDS`` ago."""

    def __init__(self):
        self._until = 0.0
        self._signers = {}
        self._verifiers = {}
        self._signing = {}
        self._published = b""

    def signer(self, alg):
        """Return the signer of ``alg`` for now. Raises Unavailable: when there is none."""
        self._refresh()
        row = self._signing.get(alg)
        if row is None:
            raise Unavailable(detail=f"no {alg} key signs")
        return self._signers.get(row.kid) or self._open(row)

    def verifier(self, kid):
        """Return the verifier of a published ``kid``, or None."""
        self._refresh()
        return self._verifiers.get(kid)

    def jwks(self):
        """Return the public key set as JSON bytes (RFC 7517 §5): no private member."""
        self._refresh()
        return self._published

    def algorithms(self):
        """Return the algorithms that a key signs with now, sorted."""
        self._refresh()
        return sorted(self._signing)

    def forget(self):
        """Read the rows again at the next question."""
        self._until = 0.0

    def _refresh(self):
        now = clock.ticks()
        if now < self._until:
            return
        rows = hot.run(PUBLISHED)
        # A newer version may make keys of other kinds: published, but not for us to use.
        usable = [row for row in rows if row.alg in jose.ALGORITHMS]
        self._verifiers = {
            row.kid: self._verifiers.get(row.kid)
            or jose.Verifier(row.alg, jose.import_key(row.alg, json.loads(row.public_jwk)))
            for row in usable
        }
        self._signing = _signing(usable, clock.now())
        kids = [row.kid for row in self._signing.values()]
        self._signers = {kid: self._signers[kid] for kid in kids if kid in self._signers}
        keys = [json.loads(row.public_jwk) for row in rows]
        self._published = json.dumps({"keys": keys}).encode()
        self._until = now + current_app.config["CACHE_SECONDS"]

    def _open(self, row):
        place = f"signing_keys/{row.kid}/private_sealed"
        private = current_app.extensions["sealing"].open(row.private_sealed, place)
        key = jose.import_key(row.alg, json.loads(private))
        signer = self._signers[row.kid] = jose.Signer(row.kid, row.alg, key)
        return signer


def _signing(rows, now):
    """Of each algorithm the row that signs at ``now``: of those that began, the last."""
    begun = [row for row in rows if row.state != "next" and has_begun(row, now)]
    begun.sort(key=lambda row: (row.activated_at, row.retired_at or _NEVER))
    return {row.alg: row for row in begun}


def current():
    """Return the :class:`Ring` of the application at work."""
    return current_app.extensions["keys"]


def sign(claims, *, alg, typ):
    """Return ``claims`` signed by our ``alg`` key as a compact JWS of type ``typ``."""
    return current().signer(alg).sign(claims, typ)


def verify(token, *, typ):
    """Return the claims of a JWS that we signed with type ``typ``, or None.

    Says nothing of expiry or audience: whoever asks checks those. The header's ``kid`` only
    chooses among our own published keys; a key inside the token is never looked at.
    """
    try:
        header, message, signature = jose.split(token)
        verifier = current().verifier(header.get("kid"))
        if verifier is None or header.get("alg") != verifier.alg or header.get("typ") != typ:
            return None
        return jose.claims_of(message) if verifier.holds(message, signature) else None
    except (jose.Malformed, TypeError):
        return None
