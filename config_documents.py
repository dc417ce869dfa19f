"""The settings of the existing client documents (`decisions.md` §7). Part of ``config.Auth``."""

import re
from urllib.parse import quote

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

HOST = re.compile(r"[\w.-]+|[0-9A-Fa-f:]+", re.ASCII)
DOCUMENTS = ("001", "002", "004")


class Documents(BaseSettings):
    """Which documents are served, and how."""

    LEGACY_DOCUMENTS: str = ",".join(DOCUMENTS)  # comma list; one left out is switched off
    LEGACY_API_TOKEN_TTL: int = Field(86400, ge=300, le=86400)  # seconds; S43: 002's, without money
    SIGNUP_ENUMERATION_SAFE: bool = False  # C26: 002's sign-up tells nobody who has an account

    AUTH_PG_HOST: str = ""  # document 004's names, read where no address of a database is given
    AUTH_PG_PORT: int = Field(5432, ge=1, le=65535)
    AUTH_PG_USER: str = "authdb"
    AUTH_PG_PASS: str = ""
    AUTH_PG_DB: str = "db_auth"

    def named_database(self):
        """Return the address that ``AUTH_PG_…`` tell of, or nothing where they do not."""
        if not self.AUTH_PG_HOST:
            return ""
        host = f"[{self.AUTH_PG_HOST}]" if ":" in self.AUTH_PG_HOST else self.AUTH_PG_HOST
        who = quote(self.AUTH_PG_USER, safe="")
        who += f":{quote(self.AUTH_PG_PASS, safe='')}" if self.AUTH_PG_PASS else ""
        there = f"{host}:{self.AUTH_PG_PORT}/{quote(self.AUTH_PG_DB, safe='')}"
        return f"postgresql+psycopg://{who}@{there}"

    def unsafe_documents(self):
        """Return every reason not to start with these settings, as sentences."""
        named = sorted(name for name in self.model_fields_set if name.startswith("AUTH_PG_"))
        if not self.AUTH_PG_HOST and any(getattr(self, name) for name in named):
            yield f"AUTH_PG_HOST: missing, beside {', '.join(named)}"

    @field_validator("AUTH_PG_HOST")
    @classmethod
    def _is_a_host(cls, value):
        if value and not HOST.fullmatch(value):
            raise ValueError("must be the name or the address of a machine")
        return value

    @field_validator("LEGACY_DOCUMENTS")
    @classmethod
    def _are_documents(cls, value):
        named = [each.strip() for each in value.split(",") if each.strip()]
        if not set(named) <= set(DOCUMENTS):
            raise ValueError(f"may name {', '.join(DOCUMENTS)}")
        return ",".join(named)
