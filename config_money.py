"""The settings of money: when a deed needs approval, and how long what is begun may take."""

import re
from datetime import time

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


class Money(BaseSettings):
    """What the bank asks for before money moves (`decisions.md` §6)."""

    DEFAULT_CURRENCY: str = Field("BRL", pattern="^[A-Z]{3}$")
    STEP_UP_FROM_MINOR: int = Field(20_000, ge=0)  # R$ 200,00: one deed at or above
    STEP_UP_CUMULATIVE_MINOR: int = Field(50_000, ge=0)  # R$ 500,00 since the last approval
    STEP_UP_CUMULATIVE_COUNT: int = Field(5, ge=1)  # deeds since the last approval
    STEP_UP_FIRST_PAYEE: bool = True  # to somebody never paid before
    STEP_UP_MAX_AGE_SECONDS: int = Field(300, ge=0)  # how old the approval's sign-in may be
    STEP_UP_CHALLENGES: int = Field(30, ge=1)  # of one person in a window: each names a payee
    STEP_UP_CHALLENGES_SECONDS: int = Field(600, ge=1)  # the window
    LIMIT_DEED_MINOR: int = Field(5_000_000, ge=0)  # R$ 50.000,00 at once, unless its owner says
    LIMIT_DAY_MINOR: int = Field(10_000_000, ge=0)  # between two nights
    LIMIT_NIGHT_MINOR: int = Field(10_000_000, ge=0)  # in a night; BCB 142/2021 wants 100000
    NIGHT_HOURS: str = "20:00-06:00"  # by the clock of TIME_ZONE
    LIMIT_RAISE_HOURS: int = Field(24, ge=0, le=720)  # until a higher limit holds
    DEED_KEY_DAYS: int = Field(90, ge=1, le=365)  # how long one key signs deeds
    DEED_SECONDS: int = Field(600, ge=60, le=3600)  # how long a deed may wait for its approval

    @field_validator("NIGHT_HOURS")
    @classmethod
    def _are_hours(cls, value):
        if not re.fullmatch(r"\d\d:\d\d-\d\d:\d\d", value):
            raise ValueError("must be HH:MM-HH:MM")
        for part in value.split("-"):
            try:
                time.fromisoformat(part)
            except ValueError:
                raise ValueError("must be HH:MM-HH:MM") from None
        return value
