"""The device code grant (RFC 8628 §3.4): asked again and again until a person has answered."""

import re

from authlib.oauth2 import rfc8628

from app.auth.clients.members import DEVICE
from app.auth.oauth import errors, issuing
from app.auth.oauth.checks import authorization_details, resource
from app.auth.oauth.client_auth import registry
from app.auth.tokens import device_codes

REFUSALS = {
    "pending": errors.AuthorizationPending,
    "too_soon": errors.SlowDown,
    "denied": errors.AccessDenied,
    "expired": errors.ExpiredToken,
    None: errors.InvalidGrant,
}

_CODE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class DeviceCodeGrant(rfc8628.DeviceCodeGrant):
    """A device code for tokens, once a person has approved it elsewhere.

    Order matters: client, shape, how the code stands, then the one statement that redeems it. A
    code used twice is *answered*, and kept, so that what the first began ends.
    """

    GRANT_TYPE = DEVICE
    TOKEN_ENDPOINT_AUTH_METHODS = tuple(registry.METHODS)

    def validate_token_request(self):
        """Authenticate the client, ask how its code stands, redeem it. Raises Refused."""
        client = self.authenticate_token_endpoint_client()
        if not client.check_grant_type(self.GRANT_TYPE):
            raise errors.UnauthorizedClient
        authorization_details.refuse(self.request.form)
        code = self.request.form.get("device_code")
        if not code:
            raise errors.InvalidRequest("The device_code is missing.")
        if not _CODE.fullmatch(code):
            raise errors.InvalidGrant
        issuing.make_sure(client)
        self._check_resource(code)
        stands = device_codes.poll(code, client.client_id)
        if stands in REFUSALS:
            raise REFUSALS[stands]
        redeemed = device_codes.redeem(code, client)
        if redeemed is None:
            raise errors.InvalidGrant
        self.request.client = client
        self.request.credential = redeemed

    def _check_resource(self, code):
        """A resource named here is one that was asked for, or nothing is used up."""
        named = self.request.form.getlist("resource")
        found = device_codes.asked_with(code) if named else None
        if found:
            resource.chosen(named, found.audience.split(), found.scope.split())

    def create_token_response(self):
        """Answer with tokens."""
        grant, refresh_token = self.request.credential
        named = self.request.form.getlist("resource")
        grant, scope = resource.for_token(grant, grant.scope, named)
        answer = issuing.for_person(grant, self.request.client, scope, refresh_token)
        return 200, answer, self.TOKEN_RESPONSE_HEADER
