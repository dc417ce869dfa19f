"""The settings of operations: a part of ``config.Common``."""

from pydantic import Field
from pydantic_settings import BaseSettings


class Operations(BaseSettings):
    """How the server is stopped."""

    DRAIN_FILE: str = ""  # while it is there, /health/ready answers 503; `serve.py` writes it
    DRAIN_SECONDS: int = Field(5, ge=0, le=120)  # not ready for so long before the doors close
    STOP_SECONDS: int = Field(30, ge=1, le=300)  # for requests under way, when they have closed
