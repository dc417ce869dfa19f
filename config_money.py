"""The settings of money: when a deed needs approval, and how long what is begun may take."""

from pydantic import Field
from pydantic_settings import BaseSettings


class Money(BaseSettings):
    """What the bank asks for before money moves (`decisions.md` §6)."""

    DEFAULT_CURRENCY: str = Field("BRL", pattern="^[A-Z]{3}$")
    STEP_UP_FROM_MINOR: int = Field(20_000, ge=0)  # R$ 200,00: one deed at or above
    STEP_UP_CUMULATIVE_MINOR: int = Field(50_000, ge=0)  # R$ 500,00 since the last approval
    STEP_UP_CUMULATIVE_COUNT: int = Field(5, ge=1)  # deeds since the last approval
    STEP_UP_FIRST_PAYEE: bool = True  # to somebody never paid before
    STEP_UP_MAX_AGE_SECONDS: int = Field(300, ge=0)  # how old the approval's sign-in may be
    DEED_SECONDS: int = Field(600, ge=60, le=3600)  # how long a deed may wait for its approval
