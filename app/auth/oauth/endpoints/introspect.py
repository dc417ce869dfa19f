"""The introspection endpoint (RFC 7662)."""

from app.auth.oauth import form, server

introspect = form.blueprint("introspect", __name__)


@introspect.post("/oauth/introspect")
def tell():
    """Say whether a token is good, and what it is for, to who may know."""
    return server.current().create_endpoint_response("introspection")
