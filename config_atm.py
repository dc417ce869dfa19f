"""The settings of cash: what a machine pays out, how long a voucher lives, what agents may."""

from pydantic import Field
from pydantic_settings import BaseSettings


class Cash(BaseSettings):
    """Withdrawals at machines and agents."""

    ATM_TOKEN_TTL: int = Field(300, ge=30, le=900)  # seconds that a voucher is good for (S107)
    ATM_MULTIPLE_MINOR: int = Field(1_000, ge=1)  # R$ 10,00: the smallest note in the machines
    ATM_MOST_MINOR: int = Field(300_000, ge=1)  # R$ 3.000,00 at once
    ATM_TERMINAL_TRIES: int = Field(10, ge=1)  # wrong vouchers at one terminal in a window
    ATM_CLIENT_TRIES: int = Field(100, ge=1)  # at all terminals of one client
    ATM_TRIES_SECONDS: int = Field(900, ge=1)  # the window
    AGENT_DEED_LIMIT_MINOR: int = Field(50_000, ge=1)  # R$ 500,00 at once, for agents added now
    AGENT_DAY_LIMIT_MINOR: int = Field(500_000, ge=1)  # R$ 5.000,00 in a day
    DISPENSE_OVERDUE_SECONDS: int = Field(300, ge=1)  # unreported cash is the operator's by then
