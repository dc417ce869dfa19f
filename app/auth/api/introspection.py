"""Document 004: is this token good, and for what (S50, C22)?

A client proves itself and is answered as at ``/oauth/introspect``; whoever calls with a token of
their own may ask about tokens of their own alone.
"""

from flask import jsonify, request

from app.auth.api import bearer, wire
from app.auth.clients import documents, registry
from app.auth.oauth import errors
from app.auth.oauth import server as oauth
from app.auth.oauth.introspection import Introspection
from app.auth.tokens.documents import introspecting
from app.foundation.problems import Problem

introspection = wire.door("introspection", documents.NEST, any_client=True)

FORM = "application/x-www-form-urlencoded"


class Unknown(Problem):
    """Who asks is no client that proved itself."""

    code = "invalid_client"
    status = 401
    description = "Client authentication failed."


@introspection.post("/auth/introspect")
def introspect():
    """Say what an access or a refresh token is good for; of an unknown one, that it is not."""
    client, subject = _asker()
    return jsonify(introspecting.introspect(_token(), client, subject=subject))


def _asker():
    """Return the client that asks, and for whom: None where it asks for itself."""
    kind = request.headers.get("Authorization", "").partition(" ")[0]
    if kind.lower() == "bearer":
        caller = bearer.caller("openid")
        return registry.find(caller.claims["client_id"]), caller.claims["sub"]
    form = oauth.FormRequest(request)
    methods = Introspection.CLIENT_AUTH_METHODS
    try:
        return oauth.current().authenticate_client(form, methods, "introspection"), None
    except errors.Refused as refused:
        raise Unknown(detail=refused.error) from None


def _token():
    if request.mimetype != FORM:
        return wire.body("token")["token"]
    token = request.form.get("token")
    if not token:
        raise wire.Missing(["token"])
    return token
