"""The token endpoint (RFC 6749 §3.2). Every grant enters here."""

from app.auth.oauth import form, server

token = form.in_browsers_too(form.blueprint("token", __name__))


@token.post("/oauth/token")
def issue():
    """Answer with tokens or an OAuth error; never cached (RFC 6749 §5.1)."""
    return server.current().create_token_response()
