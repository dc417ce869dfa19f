"""Compact JWS with everything prepared once: header bytes, key object, algorithm (RFC 7515).

Signing costs what the curve costs: no header is encoded and no key parsed in a request.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable
from typing import NamedTuple

from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry


class Kind(NamedTuple):
    """What an algorithm signs with: its kind of key, the key's size or curve, its hash."""

    key: type
    size: int | str
    digest: Callable


ALGORITHMS = {
    "ES256": Kind(ECKey, "P-256", hashlib.sha256),
    "RS256": Kind(RSAKey, 2048, hashlib.sha256),
    "PS256": Kind(RSAKey, 2048, hashlib.sha256),
    "EdDSA": Kind(OKPKey, "Ed25519", hashlib.sha512),  # RFC 8037 §3.1, RFC 8032 §5.1
}
LONGEST = 16_384  # characters; a longer token is refused before any work (RFC 8725 §3.2)

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Malformed(Exception):
    """Not a compact JWS of ours."""


class Signer:
    """One private key with its prepared headers."""

    def __init__(self, kid, alg, key):
        self.kid = kid
        self.alg = alg
        self._key = key
        self._sign = JWSRegistry.algorithms[alg].sign
        self._headers = {}

    def sign(self, claims, typ):
        """Return ``claims`` (dict) as a compact JWS of media type ``typ``."""
        header = self._headers.get(typ)
        if header is None:
            header = b64(_encode({"alg": self.alg, "typ": typ, "kid": self.kid}).encode())
            self._headers[typ] = header
        message = header + b"." + b64(_encode(claims).encode())
        return (message + b"." + b64(self._sign(message, self._key))).decode()


class Verifier:
    """One public key; its algorithm is the key's, never the token's word (RFC 8725 §3.1)."""

    def __init__(self, alg, key):
        self.alg = alg
        self._key = key
        self._verify = JWSRegistry.algorithms[alg].verify

    def holds(self, message, signature):
        """Is ``signature`` this key's over ``message``?"""
        try:
            return self._verify(message, signature, self._key)
        except ValueError:
            return False


def import_key(alg, data):
    """Return a joserfc key from a JWK (dict) or PEM (bytes) for ``alg``."""
    return ALGORITHMS[alg].key.import_key(data)


def generate(alg):
    """Return a new joserfc key for ``alg``."""
    kind = ALGORITHMS[alg]
    return kind.key.generate_key(kind.size)


def split(token):
    """Return header (dict), signed message and signature of a compact JWS.

    Raises Malformed: for anything else, a JWE or an oversized text included.
    """
    if len(token) > LONGEST or not token.isascii() or token.count(".") != 2:
        raise Malformed
    message, _, signature = token.rpartition(".")
    try:
        header = json.loads(unb64(message.partition(".")[0]))
        decoded = unb64(signature)
    except (ValueError, binascii.Error, RecursionError):
        raise Malformed from None
    if not isinstance(header, dict) or "crit" in header:
        raise Malformed
    return header, message.encode(), decoded


def claims_of(message):
    """Return the claims (dict) inside a signed ``message``. Raises Malformed."""
    try:
        claims = json.loads(unb64(message.partition(b".")[2].decode()))
    except (ValueError, binascii.Error, RecursionError):
        raise Malformed from None
    if not isinstance(claims, dict):
        raise Malformed
    return claims


def b64(raw):
    """Return ``raw`` bytes in base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def unb64(text):
    """Return the bytes of base64url ``text``; strict. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
