"""Revocation on Authlib's endpoint: a refresh token ends its grant, an access token itself."""

from authlib.consts import default_json_headers
from authlib.oauth2 import rfc7009

from app.auth.oauth import errors
from app.auth.oauth.client_auth import registry
from app.auth.tokens import lookup


class Revocation(rfc7009.RevocationEndpoint):
    """Take a token back (RFC 7009). A public client may, for its own tokens alone."""

    CLIENT_AUTH_METHODS = tuple(registry.METHODS)

    def create_endpoint_response(self, request):
        """Answer 200 whether or not the token was good (RFC 7009 §2.2), an empty object."""
        client = self.authenticate_endpoint_client(request)
        token = request.form.get("token")
        if not token:
            raise errors.InvalidRequest("The token is missing.")
        lookup.revoke(token, client)
        return 200, {}, default_json_headers
