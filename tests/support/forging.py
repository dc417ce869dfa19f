"""Tokens that an attacker would make: signed by the wrong key, or by none, or changed a little."""

import base64
import hashlib
import hmac
import json

from joserfc import jwk as jwks
from joserfc import jws

from app.auth.keys import jose
from tests.support import steps


def part(value):
    """Return a dict (as JSON) or bytes in base64url without padding."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(token, alg="none", **changed):
    """Return ``token`` with no signature and ``alg`` in its header (J-01)."""
    header = steps.header_of(token) | {"alg": alg}
    return f"{part(header)}.{part(steps.claims_of(token) | changed)}."


def changed(token, header=None, **claims):
    """Return ``token`` with other header members or claims under the signature it had."""
    head = steps.header_of(token) | (header or {})
    body = steps.claims_of(token) | claims
    return f"{part(head)}.{part(body)}.{token.rpartition('.')[2]}"


def hmac_by(token, secret, **header):
    """Return ``token`` signed by HS256 under ``secret`` (bytes): a public key, say (J-02)."""
    head = steps.header_of(token) | {"alg": "HS256"} | header
    message = f"{part(head)}.{part(steps.claims_of(token))}"
    return f"{message}.{part(hmac.digest(secret, message.encode(), hashlib.sha256))}"


def by_own_key(token, *, inside, **header):
    """Return ``token`` signed by a fresh key of the same kind.

    inside: put the public half into the header as ``jwk`` (J-03).
    """
    head = steps.header_of(token) | header
    key = jose.ALGORITHMS[head["alg"]].key.generate_key()
    if inside:
        head["jwk"] = key.as_dict(private=False)
    claims = json.dumps(steps.claims_of(token)).encode()
    registry = jws.JWSRegistry(algorithms=list(jose.ALGORITHMS), strict_check_header=False)
    return jws.serialize_compact(head, claims, key, registry=registry)


def every_way(token, jwk):
    """Return name → forged token, for all the ways of one who knows the public ``jwk``."""
    public = jwks.import_key(jwk)
    secrets = {
        "PEM": public.as_pem(private=False),
        "DER": public.as_der(private=False),
        "JWK": json.dumps(jwk).encode(),
    }
    head, body, signature = token.split(".")
    return {
        **{f"alg {alg}": unsigned(token, alg) for alg in ("none", "None", "nOnE", "NONE", "")},
        "signature left out": f"{head}.{body}.",
        "signature cut": f"{head}.{body}.{signature[:-4]}",
        "signature of noughts": f"{head}.{body}.{part(bytes(64))}",
        "two parts": f"{head}.{body}",
        "four parts": f"{token}.{signature}",
        **{f"HS256 by {name}": hmac_by(token, secret) for name, secret in secrets.items()},
        "HS256 by PEM without kid": hmac_by(token, secrets["PEM"], kid=None),
        "HS256 by nothing": hmac_by(token, b""),
        "own key inside": by_own_key(token, inside=True),
        "own key inside, other kid": by_own_key(token, inside=True, kid="mine"),
        "own key under our kid": by_own_key(token, inside=False),
        "unknown kid": by_own_key(token, inside=False, kid="nobody"),
        "kid is no text": changed(token, {"kid": ["a"]}),
        "kid is a path": by_own_key(token, inside=False, kid="../../dev/null"),
        "key by address": by_own_key(token, inside=False, jku="https://evil.example/jwks"),
        "certificate by address": by_own_key(token, inside=False, x5u="https://evil.example/c"),
        "critical": changed(token, {"crit": ["b64"], "b64": False}),
        "other algorithm of the key": changed(token, {"alg": "ES384"}),
        "more scope": changed(token, scope="openid admin wallet:transfer"),
        "other person": changed(token, sub="00000000-0000-4000-8000-000000000000"),
        "later": changed(token, exp=4_000_000_000),
    }
