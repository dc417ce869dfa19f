"""A clock for spans, and clients who sign: their keys, and what they sign with them."""

import json
from functools import cache

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from app.auth.clients import registry
from app.foundation import clock

ALGORITHMS = ("ES256", "EdDSA", "PS256", "RS256")


@pytest.fixture
def ticking(monkeypatch):
    """A clock for spans that moves only when told: ``ticking(5)``."""
    now = [1000.0]
    monkeypatch.setattr(clock, "ticks", lambda: now[0])

    def move(seconds):
        now[0] += seconds

    return move


def key(alg="ES256", kid="k1"):
    """Return a private key for ``alg``, named ``kid``; the same each time."""
    return _key(alg, kid)


@cache
def _key(alg, kid):
    named = {"kid": kid} if kid else None
    if alg == "ES256":
        return ECKey.generate_key("P-256", named)
    if alg == "EdDSA":
        return OKPKey.generate_key("Ed25519", named)
    return RSAKey.generate_key(2048, named)


def public(alg="ES256", kid="k1", **more):
    """Return the JWK of that key; ``more`` members replace its own, None removes one."""
    jwk = key(alg, kid).as_dict(private=False) | more
    return {name: value for name, value in jwk.items() if value is not None}


def signed(alg="ES256", kid="k1", header=None, claims=None):
    """Return a JWS by that key; in ``header``, None removes a member."""
    head = {"alg": alg, "typ": "JWT", "kid": kid} | (header or {})
    head = {name: value for name, value in head.items() if value is not None}
    payload = json.dumps(claims or {"iss": "shop"}).encode()
    every = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    return jws.serialize_compact(head, payload, key(alg, kid), registry=every)


def client(client_id="shop", **described):
    """Return the record of a client so described."""
    row = registry.Row._make([None] * len(registry.Row._fields))
    told = json.dumps({"scope": "openid"} | described)
    return registry.parse(client_id, [row._replace(described=told)])
