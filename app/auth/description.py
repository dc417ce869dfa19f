"""How this house describes itself at ``/openapi.json``: every table of every door, in one list."""

from app.auth.api.described import api, coinpay, nest
from app.auth.api.described import shapes as documents
from app.auth.consents import scopes
from app.auth.oauth.described import asking, issuing, knowing, registering, shapes
from app.foundation import health
from app.foundation.openapi import door
from app.foundation.openapi.document import Described


def _ways_in(app):
    """The security schemes: three ways to hold a token, and one to prove to be a client."""
    issuer, words = app.config["ISSUER"], app.extensions["words"].catalogues["en"].texts
    flow = {
        "authorizationUrl": f"{issuer}/oauth/authorize",
        "tokenUrl": f"{issuer}/oauth/token",
        "scopes": {n: words[f"scope.{n.replace(':', '_')}.title"] for n in scopes.CATALOGUE},
    }
    return {
        "sign_in": {
            "type": "oauth2",
            "description": "Sign in here, by authorization code and PKCE.",
            "flows": {"authorizationCode": flow},
        },
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token got elsewhere.",
        },
        "client": {
            "type": "http",
            "scheme": "basic",
            "description": "A client's id and secret; each URL-encoded first (RFC 6749 §2.3.1).",
        },
        "registration": {
            "type": "http",
            "scheme": "bearer",
            "description": "An initial or a registration access token (RFC 7591, RFC 7592).",
        },
    } | documents.SCHEMES


DESCRIBED = Described(
    title="Portaria",
    says="Sign-in, tokens and the bank's APIs. Errors, lifetimes and examples stand with each.",
    operations=(
        asking.OPERATIONS,
        issuing.OPERATIONS,
        knowing.OPERATIONS,
        registering.OPERATIONS,
        coinpay.OPERATIONS,
        api.OPERATIONS,
        nest.OPERATIONS,
        health.OPERATIONS,
        door.OPERATIONS,
    ),
    tags=shapes.TAGS | documents.TAGS | health.TAGS,
    schemas=shapes.SCHEMAS
    | issuing.SCHEMAS
    | knowing.SCHEMAS
    | registering.SCHEMAS
    | documents.SCHEMAS
    | coinpay.SCHEMAS
    | api.SCHEMAS
    | nest.SCHEMAS
    | health.SCHEMAS,
    common=shapes.COMMON,
    everywhere={400: "Malformed", 503: "Unavailable"},
    with_body={413: "TooLarge"},
    security_schemes=_ways_in,
)
