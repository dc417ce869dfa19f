"""Verify what was issued, as a client and a resource server would, once the load is over."""

import json
import time

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bench import server, wire

ALGORITHMS = ["RS256", "ES256"]
TYPES = {"access_token": "at+jwt", "id_token": "JWT"}


def verify(setting, kept):
    """Verify each (kind, token); return how many there were.

    kind: ``access_token`` (RFC 9068 §4) or ``id_token`` (OIDC Core §3.1.3.7).

    Raises Wrong: when a signature, type, issuer or time is, or a ``jti`` comes twice.
    """
    if not kept:
        return 0
    request = wire.get(setting.host, setting.paths["jwks_uri"])
    answer = server.once((setting.address, setting.port), request).must_be(200)
    keys = KeySet.import_key_set(json.loads(answer.body))
    seen = set()
    for kind, token in kept:
        claims = _claims(keys, kind, token)
        if claims["iss"] != setting.issuer or claims["exp"] <= time.time():
            raise wire.Wrong(f"{kind} of another issuer or time: {claims}")
        if kind == "access_token" and claims["jti"] in seen:
            raise wire.Wrong(f"a jti twice: {claims['jti']}")
        seen.add(claims.get("jti"))
    return len(kept)


def _claims(keys, kind, token):
    try:
        decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError) as error:
        raise wire.Wrong(f"{kind} does not verify: {error}") from error
    if decoded.header.get("typ", "JWT") != TYPES[kind]:
        raise wire.Wrong(f"{kind} has typ {decoded.header.get('typ')}")
    return decoded.claims
