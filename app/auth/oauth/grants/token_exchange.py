"""Token exchange (RFC 8693): an API that was called acts onward for the person.

The new token is never wider than the one shown: not in scope, not in audience, not in life. It
speaks of the same person, under the same session and grant, and so ends with them; it names the
API as its client and as the actor (§4.1).
"""

from authlib.oauth2.rfc6749.grants.base import BaseGrant, TokenEndpointMixin

from app.auth.clients.members import EXCHANGE
from app.auth.oauth import errors, issuing
from app.auth.oauth.checks import authorization_details, resource
from app.auth.oauth.client_auth import registry
from app.auth.tokens import access, lookup, owner
from app.foundation.logs import log

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
JWT = "urn:ietf:params:oauth:token-type:jwt"
MOST_ACTORS = 4  # one behind the other


class TokenExchangeGrant(BaseGrant, TokenEndpointMixin):
    """A live access token of a person, for another with which the API calls the next one."""

    GRANT_TYPE = EXCHANGE
    TOKEN_ENDPOINT_AUTH_METHODS = tuple(name for name in registry.METHODS if name != "none")

    def validate_token_request(self):
        """Authenticate the client, judge the token it shows, settle target and scope.

        Raises Refused.
        """
        client = self.authenticate_token_endpoint_client()
        if not client.check_grant_type(self.GRANT_TYPE):
            raise errors.UnauthorizedClient
        authorization_details.refuse(self.request.form)
        _check_kinds(self.request.form)
        claims = _subject(self.request.form.get("subject_token"), client)
        target = self._target()
        open_there = resource.onward(target, claims)
        self.scope = narrowed(self.request.form.get("scope"), open_there, client)
        self.request.client, self.claims, self.target = client, claims, target

    def create_token_response(self):
        """Answer with an access token alone (§2.2.1)."""
        client = self.request.client
        told = {"client": client.client_id, "grant": self.claims[access.GRANT]}
        log.info("token exchanged", **told, audience=self.target, scope=self.scope)
        answer = issuing.onward(self.claims, client, self.scope, self.target)
        answer["issued_token_type"] = ACCESS_TOKEN
        return 200, answer, self.TOKEN_RESPONSE_HEADER

    def _target(self):
        """The one service the new token is for, under either name. Raises InvalidRequest."""
        form = self.request.form
        named = {name for name in (*form.getlist("resource"), form.get("audience")) if name}
        if not named:
            raise errors.InvalidRequest("The resource is missing: name the API to be called.")
        if len(named) > 1:
            raise errors.InvalidTarget
        return named.pop()


def _check_kinds(form):
    """See that what is shown and asked for are access tokens. Raises InvalidRequest."""
    if not form.get("subject_token"):
        raise errors.InvalidRequest("The subject_token is missing.")
    if form.get("subject_token_type") not in {ACCESS_TOKEN, JWT}:
        raise errors.InvalidRequest("The subject_token_type must be that of an access token.")
    if form.get("requested_token_type") not in {None, "", ACCESS_TOKEN}:
        raise errors.InvalidRequest("The requested_token_type must be that of an access token.")
    if form.get("actor_token") or form.get("actor_token_type"):
        raise errors.InvalidRequest("The actor_token is not supported: the client is the actor.")


def _subject(value, client):
    """The claims of the token shown. Raises InvalidSubject, the same whatever is wrong (§2.2.2).

    It is a live one, of a person, for an API that the client answers for: to have got it for
    oneself is not to have been called with it.
    """
    claims = access.read(value)
    if claims is None or access.GRANT not in claims or not lookup.serves(client, claims["aud"]):
        raise errors.InvalidSubject
    if len(access.actors(claims)) >= MOST_ACTORS or owner.of(claims) is None:
        raise errors.InvalidSubject
    return claims


def narrowed(text, open_there, client):
    """The scope (text): what was asked, else all that is open there and the client's to ask.

    Raises InvalidScope: for more than that, or for nothing.
    """
    may = [name for name in open_there if name in client.scope]
    asked = text.split() if text else may
    if not asked or not set(asked) <= set(may):
        raise errors.InvalidScope
    return " ".join(name for name in may if name in asked)
