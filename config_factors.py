"""The settings of second factors and passkeys; :mod:`config` reads them with the rest."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class Factors(BaseSettings):
    """Second factors and passkeys."""

    SECOND_FACTOR: Literal["optional", "at_first_money", "at_registration", "always"] = (
        "at_first_money"  # C33; admin needs one always, but in development
    )
    SECOND_FACTOR_SECONDS: int = Field(600, ge=60, le=1800)  # from the password to the factor
    SECOND_FACTOR_REMEMBER_DAYS: int = Field(30, ge=0, le=90)  # 0: browsers are not remembered
    PASSKEY_INVITATION: Literal["on", "off"] = "on"  # after signing in by password (UX A08)
    PASSKEY_INVITATION_DAYS: int = Field(30, ge=1, le=365)  # between "not now" and the next
    WEBAUTHN_RP_ID: str = ""  # the domain of passkeys; default: the issuer's host
    WEBAUTHN_ORIGINS: str = ""  # comma list of origins; default: the issuer
