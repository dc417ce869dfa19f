"""Introspection on Authlib's endpoint: our look-up, and hints that are only hints."""

from authlib.consts import default_json_headers
from authlib.oauth2 import rfc7662

from app.auth.oauth import errors
from app.auth.oauth.client_auth import registry
from app.auth.tokens import lookup


class Introspection(rfc7662.IntrospectionEndpoint):
    """Is this token good, and for what (RFC 7662)? Only who authenticates may ask."""

    CLIENT_AUTH_METHODS = tuple(name for name in registry.METHODS if name != "none")

    def create_endpoint_response(self, request):
        """Answer for the caller's own tokens and those of its audience; else inactive.

        An unknown ``token_type_hint`` is passed over (RFC 7662 §2.1).
        """
        caller = self.authenticate_endpoint_client(request)
        token = request.form.get("token")
        if not token:
            raise errors.InvalidRequest("The token is missing.")
        return 200, lookup.introspect(token, caller), default_json_headers
