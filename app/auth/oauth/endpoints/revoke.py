"""The revocation endpoint (RFC 7009)."""

from app.auth.oauth import form, server

revoke = form.in_browsers_too(form.blueprint("revoke", __name__))


@revoke.post("/oauth/revoke")
def take_back():
    """End a token, and with a refresh token its whole grant."""
    return server.current().create_endpoint_response("revocation")
