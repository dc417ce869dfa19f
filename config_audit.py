"""The settings of the record: a part of ``config.Auth``."""

import re

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

_WEB = (
    "an https address, or http on loopback",
    re.compile(r"https://[!-~]+|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?(/[!-~]*)?"),
)
SHAPES = {
    "AUDIT_ANCHOR_URL": _WEB,
    "AUDIT_WEBHOOK_URL": _WEB,
    "AUDIT_SYSLOG": (
        "udp://host:port, tcp://host:port or unix:/path",
        re.compile(r"(udp|tcp)://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}|unix:/[!-~]+"),
    ),
}


class Audit(BaseSettings):
    """How the record is sealed, and who is told of it."""

    AUDIT_HEAD_SECONDS: int = Field(30, ge=1, le=60)  # what is newer may be cut off unseen
    AUDIT_ANCHOR_FILE: str = ""  # where the worker appends signed heads, apart from the database
    AUDIT_ANCHOR_URL: str = ""  # where the worker posts the newest signed head (a JWS)
    AUDIT_WEBHOOK_URL: str = ""  # where the worker posts every record, in order (batches, a JWS)
    AUDIT_SYSLOG: str = (
        ""  # udp://host:port, tcp://host:port or unix:/path: every record (RFC 5424)
    )

    @field_validator(*SHAPES)
    @classmethod
    def _shaped(cls, value, info):
        words, shape = SHAPES[info.field_name]
        if value and not shape.fullmatch(value):
            raise ValueError(f"must be {words}")
        return value
