"""Sign with the active key; publish the keys; verify what we signed.

Keys are parsed once a process. The list of which are active is read again after
``CACHE_SECONDS``, so a rotation is seen by every worker within them.
"""

import json
from typing import NamedTuple

from flask import current_app

from app.auth.database import hot
from app.auth.keys import jose
from app.foundation import clock
from app.foundation.hot import Statement
from app.foundation.problems import Unavailable


class Row(NamedTuple):
    """A published key as stored."""

    kid: str
    alg: str
    state: str
    public_jwk: str
    private_sealed: bytes


PUBLISHED = Statement(
    "SELECT kid, alg, state, public_jwk, private_sealed FROM signing_keys"
    " WHERE state <> 'gone' ORDER BY created_at, kid",
    Row,
)


class Ring:
    """The published keys of one application, as of at most ``CACHE_SECONDS`` ago."""

    def __init__(self):
        self._until = 0.0
        self._signers = {}
        self._verifiers = {}
        self._active = {}
        self._published = b""

    def signer(self, alg):
        """Return the active signer of ``alg``. Raises Unavailable: when there is none."""
        self._refresh()
        try:
            return self._active[alg]
        except KeyError:
            raise Unavailable(detail=f"no active {alg} key") from None

    def verifier(self, kid):
        """Return the verifier of a published ``kid``, or None."""
        self._refresh()
        return self._verifiers.get(kid)

    def jwks(self):
        """Return the public key set as JSON bytes (RFC 7517 §5): no private member."""
        self._refresh()
        return self._published

    def algorithms(self):
        """Return the algorithms that have an active key, sorted."""
        self._refresh()
        return sorted(self._active)

    def forget(self):
        """Read the rows again at the next question."""
        self._until = 0.0

    def _refresh(self):
        now = clock.ticks()
        if now < self._until:
            return
        rows = hot.run(PUBLISHED)
        sealing = current_app.extensions["sealing"]
        for row in rows:
            if row.kid not in self._signers:
                place = f"signing_keys/{row.kid}/private_sealed"
                private = json.loads(sealing.open(row.private_sealed, place))
                key = jose.import_key(row.alg, private)
                self._signers[row.kid] = jose.Signer(row.kid, row.alg, key)
        self._verifiers = {
            row.kid: self._verifiers.get(row.kid)
            or jose.Verifier(row.alg, jose.import_key(row.alg, json.loads(row.public_jwk)))
            for row in rows
        }
        self._active = {row.alg: self._signers[row.kid] for row in rows if row.state == "active"}
        keys = [json.loads(row.public_jwk) for row in rows]
        self._published = json.dumps({"keys": keys}).encode()
        self._until = now + current_app.config["CACHE_SECONDS"]


def current():
    """Return the :class:`Ring` of the application at work."""
    return current_app.extensions["keys"]


def sign(claims, *, alg, typ):
    """Return ``claims`` signed by the active ``alg`` key as a compact JWS of type ``typ``."""
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
