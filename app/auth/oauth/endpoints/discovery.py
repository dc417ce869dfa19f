"""Both metadata documents (RFC 8414, OIDC Discovery): one content, two addresses."""

from flask import Blueprint, Response, current_app, json

from app.auth.keys import ring
from app.auth.oauth import metadata
from app.foundation import cross_origin

discovery = cross_origin.for_everybody(Blueprint("discovery", __name__))


@discovery.get("/.well-known/openid-configuration")
@discovery.get("/.well-known/oauth-authorization-server")
def show():
    """Answer with what this server can do, derived from what is registered in it."""
    seconds = current_app.config["JWKS_MAX_AGE_SECONDS"]
    written = current_app.extensions["discovery"]  # by what alone may change while we run
    algorithms = tuple(ring.current().algorithms())
    if algorithms not in written:
        written[algorithms] = json.dumps(metadata.document()).encode()
    answer = Response(written[algorithms], mimetype="application/json")
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    return answer
