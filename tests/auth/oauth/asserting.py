"""Applications that authenticate by signing (RFC 7523 §2.2), and what they sign."""

import secrets

from app.foundation import clock
from tests.auth.clients.conftest import public, signed
from tests.support import factories, houses, steps

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PLACES = ("/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oauth/par")
STRICT = {
    "token_endpoint_auth_signing_alg": "ES256",
    "require_pushed_authorization_requests": True,
}


def app(server, alg="ES256", kid="k1", **described):
    """Register an application whose one key is ``kid``, for ``alg``."""
    keys = {"jwks": {"keys": [public(alg, kid)]}} if "jwks_uri" not in described else {}
    return factories.app(server, "private_key_jwt", **keys | described)


def assertion(app, alg="ES256", kid="k1", header=None, **changed):
    """Return an assertion of ``app``; a claim given as None is left out."""
    now = clock.seconds()
    claims = {
        "iss": app.client_id,
        "sub": app.client_id,
        "aud": houses.ISSUER,
        "iat": now,
        "exp": now + 60,
        "jti": secrets.token_urlsafe(16),
    }
    told = {name: value for name, value in (claims | changed).items() if value is not None}
    return signed(alg, kid, header, told)


def proof(app, alg="ES256", kid="k1", **changed):
    """Return the fields by which ``app`` authenticates."""
    return {
        "client_assertion_type": TYPE,
        "client_assertion": assertion(app, alg, kid, **changed),
    }


def post(browser, app, path, *, claims=None, header=None, alg="ES256", kid="k1", **fields):
    """Post ``fields`` as ``app``, with ``claims`` and ``header`` of its assertion changed."""
    proved = proof(app, alg, kid, header=header, **(claims or {}))
    return browser.post(path, data=steps.present(proved | fields))
