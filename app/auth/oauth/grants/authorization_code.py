"""The authorization code grant (RFC 6749 §4.1.3), with PKCE (RFC 7636 §4.6)."""

import hashlib
import re

from authlib.oauth2.rfc6749 import grants

from app.auth.keys import jose
from app.auth.oauth import errors, issuing
from app.auth.oauth.checks import authorization_details, resource
from app.auth.oauth.client_auth import registry
from app.auth.tokens import codes

_CODE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):
    """A code for tokens.

    Order matters: client, shape, then one statement that checks everything else and consumes the
    code. A code used twice is *answered*, and kept, so that what the first began ends.
    """

    TOKEN_ENDPOINT_AUTH_METHODS = tuple(registry.METHODS)

    def validate_token_request(self):
        """Authenticate the client, redeem the code. Raises Refused."""
        client = self.authenticate_token_endpoint_client()
        if not client.check_grant_type(self.GRANT_TYPE):
            raise errors.UnauthorizedClient
        form = self.request.form
        code = form.get("code")
        if not code:
            raise errors.InvalidRequest("The code is missing.")
        if not _CODE.fullmatch(code):
            raise errors.InvalidGrant
        issuing.make_sure(client)
        self._check_narrowed(code)
        redeemed = codes.redeem(
            code,
            client,
            redirect_uri=form.get("redirect_uri", ""),
            challenge=_challenge(form.get("code_verifier")),
        )
        if redeemed is None:
            raise errors.InvalidGrant
        self.request.client = client
        self.request.authorization_code = redeemed

    def _check_narrowed(self, code):
        """A resource or detail named here is one that was authorized, or nothing is used up."""
        form = self.request.form
        named = form.getlist("resource")
        found = codes.authorized_with(code) if named or "authorization_details" in form else None
        if found:
            resource.chosen(named, found.audience.split(), found.scope.split())
            authorization_details.narrowed(found.details, form)

    def create_token_response(self):
        """Answer with tokens."""
        grant, refresh_token = self.request.authorization_code
        named = self.request.form.getlist("resource")
        grant, scope = resource.for_token(grant, grant.scope, named)
        grant = authorization_details.for_token(grant, self.request.form)
        answer = issuing.for_person(grant, self.request.client, scope, refresh_token)
        return 200, answer, self.TOKEN_RESPONSE_HEADER


def _challenge(verifier):
    """The S256 challenge of a verifier; empty, which no challenge is, when none was sent."""
    if not verifier:
        return ""
    if not _VERIFIER.fullmatch(verifier):
        raise errors.InvalidGrant
    return jose.b64(hashlib.sha256(verifier.encode()).digest()).decode()
