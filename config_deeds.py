"""The settings of deeds that people approve. Part of ``config.Auth``."""

import re

from pydantic import field_validator
from pydantic_settings import BaseSettings

_ADDRESS = re.compile(r"https?://[!-~]+")


class Deeds(BaseSettings):
    """Where the bank that signs them is."""

    BANK_KEYS_URL: str = ""  # the bank's key set; default BANK_AUDIENCE/jwks

    @field_validator("BANK_KEYS_URL")
    @classmethod
    def _is_an_address(cls, value):
        if value and not _ADDRESS.fullmatch(value):
            raise ValueError("must be an http(s) address")
        return value
