"""The settings of what the two houses tell each other about people and payments.

Parts of ``config.Auth`` and ``config.Bank``.
"""

import re

from pydantic import field_validator
from pydantic_settings import BaseSettings

BROKER = re.compile(r"(amqps?|rediss?)://[!-~]+")


class ForServices(BaseSettings):
    """What the authorization server lets services of ours ask."""

    RESOLVE_RATE_LIMIT: str = "6000/minute"  # people that one service may look up (no enumeration)


class ByBroker(BaseSettings):
    """How the bank's notices to people reach the authorization server."""

    BROKER_URL: str = ""  # empty: over HTTP; else through this queue, as the other house reads it

    @field_validator("BROKER_URL")
    @classmethod
    def _names_a_broker(cls, value):
        if value and not BROKER.fullmatch(value):
            raise ValueError("must be amqp://…, amqps://…, redis://… or rediss://…")
        return value
