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
    FACTOR_RECOVERY_WAIT_HOURS: int = Field(72, ge=1, le=720)  # who lost all waits so long
    FACTOR_RECOVERY_OPEN_HOURS: int = Field(72, ge=1, le=336)  # and may come back so long
    FACTOR_RECOVERIES_PER_MONTH: int = Field(3, ge=1)  # begun by one person in 30 days
    FACTOR_RESET_DELAY_HOURS: int = Field(24, ge=0, le=336)  # staff asked; the person can stop it
    WEBAUTHN_RP_ID: str = ""  # the domain of passkeys; default: the issuer's host
    WEBAUTHN_ORIGINS: str = ""  # comma list of origins; default: the issuer

    def unsafe_factors(self):
        """Return every reason not to guard accounts with these settings, as sentences."""
        if self.APP_ENV == "production" and self.FACTOR_RECOVERY_WAIT_HOURS < 24:
            yield "FACTOR_RECOVERY_WAIT_HOURS: less than 24 is for development"
        if self.APP_ENV == "production" and self.FACTOR_RESET_DELAY_HOURS < 1:
            yield "FACTOR_RESET_DELAY_HOURS: none at all is for development"
