"""The protocol's refusals: the OAuth code is the class (RFC 6749 §4.1.2.1, §5.2).

``description`` goes to the client: a fixed ASCII sentence that never quotes input. ``page`` is
the message for a person where the client cannot be told. Whether an error may be redirected is
the pipeline's business, which knows where the redirect URI was checked.
"""

from authlib.oauth2 import OAuth2Error


class Refused(OAuth2Error):
    """A refusal of the protocol. ``keep``: what was written before it stays (a token's end)."""

    keep = False
    page = "oauth.bad_request"
    realm = None

    def get_headers(self):
        """Never cached, and a challenge where the status is 401 (RFC 6749 §5.1, §5.2)."""
        headers = super().get_headers()
        if self.status_code == 401:
            headers.append(("WWW-Authenticate", 'Basic realm="portaria", charset="UTF-8"'))
        return headers


class InvalidRequest(Refused):
    """A parameter is missing, repeated or malformed."""

    error = "invalid_request"


class UnknownClient(Refused):
    """Who asks is not known here; a person is told, never a redirect URI."""

    error = "invalid_client"
    description = "The client_id is missing, unknown or disabled."
    page = "oauth.bad_client"


class InvalidRedirectUri(Refused):
    """The answer has no safe address; a person is told (RFC 9700 §4.1)."""

    error = "invalid_request"
    description = "The redirect_uri is missing or not registered for this client."
    page = "oauth.bad_redirect"


class InvalidClient(Refused):
    """Client authentication failed; the same words whatever was wrong (T-18)."""

    error = "invalid_client"
    description = "Client authentication failed."
    status_code = 401


class InvalidGrant(Refused):
    """A code or refresh token that is not good. Kept: a replay ends what it began."""

    error = "invalid_grant"
    description = "The grant is invalid, expired, revoked or not this client's."
    keep = True


class UnauthorizedClient(Refused):
    """The client may not use this grant."""

    error = "unauthorized_client"
    description = "The client is not registered for this grant type."


class UnsupportedGrantType(Refused):
    """No such grant here: no password, no implicit (RFC 9700 §2.4)."""

    error = "unsupported_grant_type"
    description = "The grant_type is missing or not supported."


class UnsupportedResponseType(Refused):
    """Only the code flow exists (RFC 9700 §2.1.2)."""

    error = "unsupported_response_type"
    description = "The response_type must be code."


class InvalidSubject(Refused):
    """The subject token is not acceptable, for whatever reason (RFC 8693 §2.2.2)."""

    error = "invalid_request"
    description = "The subject_token is not a live one of a person for an API of this client."


class InvalidScope(Refused):
    """Nothing, or too much, is asked for."""

    error = "invalid_scope"
    description = "The scope is empty or names a permission that is not this client's."


class InvalidTarget(Refused):
    """The named resource cannot be served (RFC 8707 §2)."""

    error = "invalid_target"
    description = "The resource is unknown, or does not serve the scope asked for."


class InvalidAuthorizationDetails(Refused):
    """A detail is malformed, unknown, or no good word of the bank's (RFC 9396 §5)."""

    error = "invalid_authorization_details"
    description = "The authorization_details are malformed, unknown or not as the API gave them."


class InvalidRequestObject(Refused):
    """The request object cannot be opened, or a claim of it is wrong (RFC 9101 §7)."""

    error = "invalid_request_object"


class InvalidRequestUri(Refused):
    """There is no such pushed request of this client, or none any more; a person is told."""

    error = "invalid_request_uri"
    description = "The request_uri is unknown, expired, used or of another client."
    page = "oauth.old_request"


class RequestUriNotSupported(Refused):
    """A request by reference came; only what was pushed has an address (OIDC Core §3.1.2.6)."""

    error = "request_uri_not_supported"
    description = "The request_uri must be one that the client got by pushing its request."


class AccessDenied(Refused):
    """The person said no."""

    error = "access_denied"
    description = "The person refused the request."


class InteractionRequired(Refused):
    """The person would have to be asked, and may not be, or no page helps (OIDC Core §3.1.2.6)."""

    error = "interaction_required"

    def __init__(self, error, description):
        super().__init__(error=error, description=description)


class AuthorizationPending(Refused):
    """Nobody has answered the device yet (RFC 8628 §3.5). Kept: when it asked."""

    error = "authorization_pending"
    description = "The person has not answered yet. Ask again after the interval."
    keep = True


class SlowDown(Refused):
    """The device asked too soon (RFC 8628 §3.5). Kept: from now on it must wait longer."""

    error = "slow_down"
    description = "Asked too soon. Wait five seconds longer between two requests from now on."
    keep = True


class ExpiredToken(Refused):
    """Nobody answered the device in time (RFC 8628 §3.5)."""

    error = "expired_token"
    description = "The device_code has expired. Begin again."


class TemporarilyUnavailable(Refused):
    """Something we stand on is away."""

    error = "temporarily_unavailable"
    description = "The service is busy. Try again in a moment."
    status_code = 503
