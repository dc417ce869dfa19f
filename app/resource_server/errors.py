"""Refusals of a request for a protected resource, and their challenges (RFC 6750 §3)."""


class Refusal(Exception):
    """The request is refused; nothing of it is kept.

    status: the HTTP status; code: a short name for programs; description: a fixed ASCII sentence
    for whoever asked, never quoting input; errors: more for whoever reads the body, as dicts of
    ``field``, ``code`` and ``message``; detail: for the log alone.
    """

    status = 403
    code = "access_denied"
    description = "The request is refused."
    errors = ()

    def __init__(self, description=None, *, detail=None):
        super().__init__(description or self.description)
        self.description = description or self.description
        self.detail = detail

    def headers(self, metadata_url):
        """Return the headers this refusal must carry."""
        return {}


class NotTheOwner(Refusal):
    """The path names someone else than the token does (OWASP API1:2023)."""

    code = "not_the_owner"
    description = "The token belongs to someone else."


class IssuerAway(Refusal):
    """The issuer cannot be asked, so nothing is believed: closed, not open."""

    status = 503
    code = "temporarily_unavailable"
    description = "The token cannot be checked now. Try again in a moment."

    def headers(self, metadata_url):
        """Say when to come back (RFC 9110 §10.2.3)."""
        return {"Retry-After": "2"}


class Challenge(Refusal):
    """A refusal that says in ``WWW-Authenticate`` what would do (RFC 6750 §3)."""

    status = 401
    error = None

    def parameters(self):
        """Return the challenge's own parameters, in order."""
        if self.error is None:
            return {}
        return {"error": self.error, "error_description": self.description}

    def headers(self, metadata_url):
        """Return the challenge; it names our metadata (RFC 9728 §5.1) and is never cached."""
        told = self.parameters() | {"resource_metadata": metadata_url}
        challenge = ", ".join(f'{name}="{value}"' for name, value in told.items())
        return {"WWW-Authenticate": f"Bearer {challenge}", "Cache-Control": "no-store"}


class MissingToken(Challenge):
    """No token was shown: a challenge without an error code (RFC 6750 §3.1)."""

    code = "missing_token"
    description = "An access token is needed."


class InvalidRequest(Challenge):
    """The token was shown in a way we do not take, or more than once (RFC 6750 §3.1)."""

    status = 400
    code = error = "invalid_request"
    description = "Show one access token, in the Authorization header."


class InvalidToken(Challenge):
    """Malformed, expired, revoked, or not for us (RFC 6750 §3.1)."""

    code = error = "invalid_token"
    description = "The access token is not valid here."


class OnlyReads(Challenge):
    """Somebody acts for the person by this token, and may only look (RFC 8693 §4.1)."""

    status = 403
    code = "acting_only_reads"
    error = "insufficient_scope"
    description = "Who acts for a person only reads."


class InsufficientScope(Challenge):
    """The token does not reach so far (RFC 6750 §3.1)."""

    status = 403
    code = error = "insufficient_scope"
    description = "The access token does not allow this."

    def __init__(self, scope):
        super().__init__()
        self.scope = scope

    def parameters(self):
        """Name the scope that is needed."""
        return super().parameters() | {"scope": self.scope}
