"""The settings of what makes a sign-in odd, and of closing an account. Part of ``config.Auth``.

A signal adds its points; the sum is compared with the three thresholds (`risk.assessment`).
"""

import maxminddb
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


class Risk(BaseSettings):
    """How odd a sign-in may look before something is done about it."""

    RISK_NOTIFY_FROM: int = Field(20, ge=1)  # points: the owner gets a mail
    RISK_STEP_UP_FROM: int = Field(50, ge=1)  # points: one factor is not enough
    RISK_BLOCK_FROM: int = Field(100, ge=1)  # points: refused, from a browser we do not know
    RISK_FAILED_TRIES: int = Field(5, ge=1)  # wrong passwords in an hour, before the right one
    RISK_ACCOUNTS_PER_ADDRESS: int = Field(20, ge=2)  # people from one address in an hour
    RISK_SPEED_KMH: int = Field(900, ge=100)  # faster than an airliner is no journey
    RISK_HABIT_SIGN_INS: int = Field(10, ge=1)  # before these, nobody has usual hours
    PLACES_FILE: str = ""  # a MaxMind-format city file (.mmdb); empty: addresses have no place
    CLOSING_DAYS: int = Field(7, ge=1, le=90)  # a closed account can still come back so long
    KNOWN_DEVICE_DAYS: int = Field(400, ge=30)  # a browser or network unseen so long is forgotten

    @field_validator("PLACES_FILE")
    @classmethod
    def _holds_places(cls, value):
        try:
            if value:
                maxminddb.open_database(value, maxminddb.MODE_MMAP).close()
            return value
        except (OSError, ValueError, maxminddb.InvalidDatabaseError):
            raise ValueError("must name a MaxMind-format file that can be read") from None
