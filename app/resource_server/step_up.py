"""The step-up challenge: come back more surely authenticated (RFC 9470 §3)."""

from app.resource_server.errors import Challenge


class InsufficientUserAuthentication(Challenge):
    """The person must authenticate more strongly, or again.

    acr_values: levels of which any one will do, the preferred first; max_age_seconds: how long
    ago that may have been; errors: why, for the body.
    """

    code = error = "insufficient_user_authentication"
    description = "A stronger or fresher authentication is needed."

    def __init__(self, acr_values, max_age_seconds, errors=()):
        super().__init__()
        self.acr_values = acr_values
        self.max_age_seconds = max_age_seconds
        self.errors = errors

    def parameters(self):
        """Name the levels that would do and how old the sign-in may be."""
        asked = {"acr_values": " ".join(self.acr_values), "max_age": str(self.max_age_seconds)}
        return super().parameters() | asked
