"""The settings of paying suppliers: who carries payments out, and how they are reached.

Part of ``config.Bank``.
"""

from urllib.parse import urlsplit

from pydantic_settings import BaseSettings


class Payments(BaseSettings):
    """The provider of payments."""

    PROVIDER_URL: str = ""  # where bills and top-ups are carried out; empty: none are made
    PROVIDER_TOKEN: str = ""  # the bearer token that the provider knows us by

    def unsafe_payments(self):
        """Return every reason not to start with these settings, as sentences."""
        parts = urlsplit(self.PROVIDER_URL)
        if self.PROVIDER_URL and parts.scheme != "https":
            if self.production:
                yield "PROVIDER_URL: must be https"
            elif parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
                yield "PROVIDER_URL: must be https, but for loopback in development"
        if self.production and self.PROVIDER_URL and not self.PROVIDER_TOKEN:
            yield "PROVIDER_TOKEN: missing; the provider must know who asks"
