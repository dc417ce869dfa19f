"""Applications that sign their requests, and what they sign (RFC 9101)."""

from joserfc.jws import JWSRegistry

from app.foundation import clock
from tests.auth.clients.conftest import key, public, signed
from tests.support import factories, steps
from tests.support.forging import part


def app(server, alg="ES256", **described):
    """Register an application whose key is for ``alg``."""
    return factories.app(server, jwks={"keys": [public(alg)]}, **described)


def request_object(app, server, alg="ES256", header=None, **changed):
    """Return the plain request of ``app`` as a request object; None in ``changed`` removes."""
    now = clock.seconds()
    told = {
        "iss": app.client_id,
        "aud": server.config["ISSUER"],
        "iat": now,
        "nbf": now,
        "exp": now + 300,
        **steps.asking(app),
        "state": "inside",
    }
    told = {name: value for name, value in (told | changed).items() if value is not None}
    return signed(alg, header={"typ": "oauth-authz-req+jwt"} | (header or {}), claims=told)


def ask(browser, app, token, **outside):
    """Come with ``token`` and, outside, the client's id alone and what ``outside`` says."""
    query = steps.present({"client_id": app.client_id, "request": token} | outside)
    return browser.get("/oauth/authorize", query_string=query, headers=steps.HTML)


def by_hand(claims, **header):
    """Return ``claims`` (bytes) well signed with ES256, whatever they and the header say."""
    message = f"{part({'alg': 'ES256', 'kid': 'k1'} | header)}.{part(claims)}"
    signature = JWSRegistry.algorithms["ES256"].sign(message.encode(), key("ES256"))
    return f"{message}.{part(signature)}"
