"""The public keys (RFC 7517 §5)."""

from flask import Blueprint, Response, current_app

from app.auth.keys import ring
from app.foundation import cross_origin

jwks = cross_origin.for_everybody(Blueprint("jwks", __name__))


@jwks.get("/oauth/jwks")
def show():
    """Answer with the key set, cacheable as long as a next key is published before it signs."""
    seconds = current_app.config["JWKS_MAX_AGE_SECONDS"]
    answer = Response(ring.current().jwks(), mimetype="application/json")
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    return answer
