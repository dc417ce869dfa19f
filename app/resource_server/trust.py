"""Whom an API trusts, and as whom it asks."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Trust:
    """The issuer an API believes, the name it has as an audience, and its own client there.

    issuer: exactly as in ``iss`` (RFC 8414 §2); audience: this API's resource identifier
    (RFC 8707 §2); leeway_seconds: how far two clocks may differ; live_seconds: how long a live
    answer is believed, 0 to 5; jwks_uri: where this API's own keys are, if it signs.
    """

    issuer: str
    audience: str
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    leeway_seconds: int = 10
    live_seconds: int = 5
    jwks_uri: str = ""
