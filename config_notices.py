"""The settings of what the two houses tell each other about people and payments.

Parts of ``config.Auth`` and ``config.Bank``.
"""

from pydantic_settings import BaseSettings


class ForServices(BaseSettings):
    """What the authorization server lets services of ours ask."""

    RESOLVE_RATE_LIMIT: str = "6000/minute"  # people that one service may look up (no enumeration)
