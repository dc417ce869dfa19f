"""A client's public keys (RFC 7517), registered as ``jwks`` or published at its ``jwks_uri``.

They verify what the client signs. The algorithm is one of ours and must fit the key; nothing
inside the token but ``alg`` and ``kid`` is looked at, and those only choose (RFC 8725 §3.1, §3.10).
"""

from functools import lru_cache
from typing import NamedTuple

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from app.auth.clients import published
from app.auth.clients.metadata import InvalidMetadata
from app.auth.keys import jose

ALGORITHMS = {  # what each needs of a key
    "ES256": {"kty": "EC", "crv": "P-256"},
    "EdDSA": {"kty": "OKP", "crv": "Ed25519"},
    "PS256": {"kty": "RSA"},
    "RS256": {"kty": "RSA"},
}
KINDS = {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}
MEMBERS = {"EC": ("crv", "x", "y"), "OKP": ("crv", "x"), "RSA": ("n", "e")}
CURVES = {"P-256", "P-384", "P-521", "Ed25519"}
RSA_BITS = range(2048, 8193)
EXPONENT_BITS = range(2, 65)  # a longer one makes verifying dear
LONGEST = 1400  # characters of a member: 8192 bits and some


class Signature(NamedTuple):
    """A signature as its token tells of it."""

    alg: str
    kid: str | None
    message: bytes
    value: bytes

    def may_be_by(self, jwk):
        """Is ``jwk`` of the kind, the name and the use that this needs (RFC 7517 §4)?"""
        needed = ALGORITHMS[self.alg] | ({"kid": self.kid} if self.kid is not None else {})
        told = {"use": "sig", "alg": self.alg} | jwk
        operations = told.get("key_ops", ["verify"])
        return (
            all(told.get(name) == value for name, value in needed.items())
            and (told["use"], told["alg"]) == ("sig", self.alg)
            and isinstance(operations, list)
            and "verify" in operations
        )

    def is_by(self, jwk):
        """Does ``jwk`` fit, and verify it?"""
        if not self.may_be_by(jwk):
            return False
        try:
            return JWSRegistry.algorithms[self.alg].verify(self.message, self.value, _read(jwk))
        except (InvalidMetadata, JoseError, ValueError):
            return False


def check(jwks):
    """Refuse a ``jwks`` to be registered that is not a set of public keys we could use.

    Raises InvalidMetadata: saying which rule it breaks (RFC 7591 §2, RFC 7518 §3.3).
    """
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= published.MOST_KEYS:
        raise _wrong(f"must have keys, a list of 1 to {published.MOST_KEYS}")
    for jwk in keys:
        if not isinstance(jwk, dict) or not isinstance(jwk.get("kid", ""), str):
            raise _wrong("holds something that is not a key")
        _read(jwk)


def verify(client, token, algorithms):
    """Return ``(header, claims)`` of a compact JWS signed by a key of ``client``, or None.

    Says nothing of the claims, nor of the type: whoever asks checks those.

    algorithms: which of :data:`ALGORITHMS` are taken. A client with a ``jwks_uri`` is asked for
    its keys when they are old or none has the token's ``kid``; the request must not have written
    anything before (see :func:`published.of`).
    """
    try:
        header, message, value = jose.split(token)
        alg, kid = header.get("alg"), header.get("kid")
        if not isinstance(alg, str) or alg not in ALGORITHMS or alg not in algorithms:
            return None
        if not isinstance(kid, str | None):
            return None
        signature = Signature(alg, kid, message, value)
        if any(signature.is_by(jwk) for keys in _key_sets(client, kid) for jwk in keys):
            return header, jose.claims_of(message)
    except jose.Malformed:
        pass
    return None


def _key_sets(client, kid):
    """Yield the client's keys as we know them and then, with none of that name, as they are now."""
    if not client.jwks_uri:
        yield (client.jwks or {}).get("keys", ())
        return
    there = published.of(client)
    known = there.keys()
    yield known
    if kid is None or all(jwk.get("kid") != kid for jwk in known):
        newest = there.newest()
        if newest is not known:
            yield newest


def _read(jwk):
    """Return the joserfc key of ``jwk`` (dict). Raises InvalidMetadata."""
    if jwk.keys() & published.PRIVATE:
        raise _wrong("holds a private or a shared key; only public keys may be sent")
    kty = jwk.get("kty")
    if not isinstance(kty, str) or kty not in KINDS:
        raise _wrong("holds a key whose kty is not EC, OKP or RSA")
    values = tuple(jwk.get(name) for name in MEMBERS[kty])
    if not all(isinstance(value, str) and len(value) <= LONGEST for value in values):
        raise _wrong("holds a key that lacks a member or has too long a one")
    return _parsed(kty, values)


@lru_cache(maxsize=1024)
def _parsed(kty, values):
    members = {"kty": kty, **dict(zip(MEMBERS[kty], values, strict=True))}
    if "crv" in members and members["crv"] not in CURVES:
        raise _wrong("holds a key whose crv is not P-256, P-384, P-521 or Ed25519")
    try:
        if kty == "RSA" and _bits(members["n"]) not in RSA_BITS:
            raise _wrong("holds an RSA key that has not 2048 to 8192 bits")
        if kty == "RSA" and _bits(members["e"]) not in EXPONENT_BITS:
            raise _wrong("holds an RSA key whose exponent has more than 64 bits")
        return KINDS[kty].import_key(members)
    except (JoseError, ValueError, LookupError):
        raise _wrong("holds a key that cannot be read") from None


def _bits(number):
    return int.from_bytes(jose.unb64(number)).bit_length()


def _wrong(sentence):
    return InvalidMetadata(f"jwks {sentence}.", member="jwks", rule="keys")
