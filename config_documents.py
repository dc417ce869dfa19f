"""The settings of the existing client documents (`decisions.md` §7). Part of ``config.Auth``."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

DOCUMENTS = ("001", "002", "004")


class Documents(BaseSettings):
    """Which documents are served, and how."""

    LEGACY_DOCUMENTS: str = ",".join(DOCUMENTS)  # comma list; one left out is switched off
    LEGACY_API_TOKEN_TTL: int = Field(86400, ge=300, le=86400)  # seconds; S43: 002's, without money
    SIGNUP_ENUMERATION_SAFE: bool = False  # C26: 002's sign-up tells nobody who has an account

    @field_validator("LEGACY_DOCUMENTS")
    @classmethod
    def _are_documents(cls, value):
        named = [each.strip() for each in value.split(",") if each.strip()]
        if not set(named) <= set(DOCUMENTS):
            raise ValueError(f"may name {', '.join(DOCUMENTS)}")
        return ",".join(named)
