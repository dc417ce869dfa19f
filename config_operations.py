"""The settings of operations: a part of ``config.Common``."""

from pydantic import Field
from pydantic_settings import BaseSettings


class Operations(BaseSettings):
    """How the server is stopped, and who sees what it does."""

    DATABASE_WAIT_SECONDS: int = Field(3, ge=1, le=60)  # for a connection, for one statement
    DRAIN_FILE: str = ""  # while it is there, /health/ready answers 503; `serve.py` writes it
    DRAIN_SECONDS: int = Field(5, ge=0, le=120)  # not ready for so long before the doors close
    STOP_SECONDS: int = Field(30, ge=1, le=300)  # for requests under way, when they have closed
    TRACES_ENDPOINT: str = ""  # OTLP by HTTP: http://collector:4318/v1/traces; empty: none
    TRACES_RATIO: float = Field(1.0, ge=0, le=1)  # share of the requests that are traced
