"""The refresh token grant (RFC 6749 §6, RFC 9700 §4.14.2)."""

from authlib.oauth2.rfc6749 import grants

from app.auth.oauth import errors, issuing
from app.auth.oauth.checks import authorization_details, resource
from app.auth.oauth.client_auth import registry
from app.auth.tokens import refresh


class RefreshTokenGrant(grants.RefreshTokenGrant):
    """A refresh token for a new pair.

    Order matters: client, shape, scope, then the one statement that turns the token over. A
    reused token ends its family and is *answered*, so that the ending is kept.
    """

    TOKEN_ENDPOINT_AUTH_METHODS = tuple(registry.METHODS)

    def validate_token_request(self):
        """Authenticate the client, turn the token over. Raises Refused."""
        client = self.authenticate_token_endpoint_client()
        if not client.check_grant_type(self.GRANT_TYPE):
            raise errors.UnauthorizedClient
        value = self.request.form.get("refresh_token")
        if not value:
            raise errors.InvalidRequest("The refresh_token is missing.")
        token = refresh.parse(value)
        if token is None:
            raise errors.InvalidGrant
        issuing.make_sure(client)
        narrowed = self._narrowed(token, client)
        turned = refresh.rotate(token, client.client_id)
        if turned is None:
            raise errors.InvalidGrant
        self.request.client = client
        self.request.refresh_token = turned
        self.request.scope = narrowed or turned[0].scope

    def create_token_response(self):
        """Answer with tokens; the new refresh token keeps the whole scope (RFC 6749 §6)."""
        grant, successor = self.request.refresh_token
        named = self.request.form.getlist("resource")
        grant, scope = resource.for_token(grant, self.request.scope, named)
        grant = authorization_details.renewed(grant, self.request.form)
        answer = issuing.for_person(grant, self.request.client, scope, successor)
        return 200, answer, self.TOKEN_RESPONSE_HEADER

    def _narrowed(self, token, client):
        """The scope asked for, when it was; never more than was granted, or nothing turns.

        So it is with a resource: one of those authorized (RFC 8707 §2.2), and with details.
        """
        text = self.request.form.get("scope")
        named = self.request.form.getlist("resource")
        fewer = "authorization_details" in self.request.form
        grant = refresh.peek(token, client.client_id) if text or named or fewer else None
        if grant is None:
            return None
        granted = grant.scope.split()
        resource.chosen(named, grant.audience.split(), granted)
        authorization_details.renewed(grant, self.request.form)
        if not text:
            return None
        asked = text.split()
        if not asked or not set(asked) <= set(granted):
            raise errors.InvalidScope
        return " ".join(name for name in granted if name in asked)
