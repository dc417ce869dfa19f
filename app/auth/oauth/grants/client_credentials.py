"""The client credentials grant (RFC 6749 §4.4): a client for itself, no person, no refresh."""

from authlib.oauth2.rfc6749 import grants

from app.auth.consents import scopes
from app.auth.oauth import errors, issuing
from app.auth.oauth.checks import authorization_details, resource
from app.auth.oauth.client_auth import registry

OF_PEOPLE = {"openid", "offline_access"} | {
    name for name, scope in scopes.CATALOGUE.items() if scope.claims
}


class ClientCredentialsGrant(grants.ClientCredentialsGrant):
    """A token for the client itself."""

    TOKEN_ENDPOINT_AUTH_METHODS = tuple(name for name in registry.METHODS if name != "none")

    def validate_token_request(self):
        """Authenticate the client, settle scope and audience. Raises Refused.

        Scopes that speak of a person (``openid`` and its like) have no meaning here and are not
        granted; asked for by name, they are refused.
        """
        client = self.authenticate_token_endpoint_client()
        if not client.check_grant_type(self.GRANT_TYPE):
            raise errors.UnauthorizedClient
        authorization_details.refuse(self.request.form)
        own = [name for name in client.scope if name not in OF_PEOPLE]
        text = self.request.form.get("scope")
        asked = text.split() if text else own
        if not set(asked) <= set(own) or (text and not asked):
            raise errors.InvalidScope
        self.request.client = client
        granted = [name for name in own if name in asked]
        self.audience = resource.audience(self.request.form.getlist("resource"), granted)
        self.request.scope = " ".join(resource.served(self.audience, granted))

    def create_token_response(self):
        """Answer with an access token alone (RFC 6749 §4.4.3)."""
        answer = issuing.for_client(self.request.client, self.request.scope, self.audience)
        return 200, answer, self.TOKEN_RESPONSE_HEADER
