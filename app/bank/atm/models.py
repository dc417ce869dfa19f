"""Terminals that pay cash out, the withdrawals ordered, and the tries at their vouchers."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.bank.database import Base
from app.foundation import ids
from app.foundation.database import UtcDateTime

MACHINE, AGENT = "atm", "agent"  # kinds of terminals, and the channels one may ask for
WAITING = text("state = 'requested'")
UNSETTLED = text("state = 'validated'")


class Terminal(Base):
    """A cash machine or an agent's till: of one client, which alone speaks for it."""

    __tablename__ = "atm_terminals"
    __table_args__ = (
        CheckConstraint("kind IN ('atm', 'agent')", name="kind"),
        CheckConstraint(
            "(kind = 'agent') = (deed_limit_minor IS NOT NULL)"
            " AND (kind = 'agent') = (day_limit_minor IS NOT NULL)",
            name="limits",
        ),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    client_id: Mapped[str] = mapped_column(Text, index=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    cash_wallet_id: Mapped[str] = mapped_column(ForeignKey("wallets.id"))
    deed_limit_minor: Mapped[int | None] = mapped_column(BigInteger)  # an agent's, at once
    day_limit_minor: Mapped[int | None] = mapped_column(BigInteger)  # an agent's, in a day
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AgentDay(Base):
    """What an agent's till has paid out in one day, by its own clock."""

    __tablename__ = "atm_agent_days"

    terminal_id: Mapped[str] = mapped_column(ForeignKey("atm_terminals.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    paid_minor: Mapped[int] = mapped_column(BigInteger)


def _of_some(column, which):
    """An index of the withdrawals that a worker or the operator looks for, few of all there are."""
    name = f"ix_atm_withdrawals_{column}"
    return Index(name, column, postgresql_where=which, sqlite_where=which)


class Withdrawal(Base):
    """Cash somebody ordered: its voucher's digests, its hold, and where it was paid out.

    One waits at a time for each person, and no two that wait have the same code.
    """

    __tablename__ = "atm_withdrawals"
    __table_args__ = (
        CheckConstraint(
            "state IN ('requested', 'validated', 'dispensed', 'reversed', 'expired', 'cancelled')",
            name="state",
        ),
        CheckConstraint(
            "(state IN ('requested', 'expired', 'cancelled')) = (terminal_id IS NULL)",
            name="terminal",
        ),
        CheckConstraint("channel IN ('atm', 'agent')", name="channel"),
        CheckConstraint("amount_minor > 0", name="amount"),
        Index(
            "uq_atm_withdrawals_waiting_owner",
            "owner_sub",
            unique=True,
            postgresql_where=WAITING,
            sqlite_where=WAITING,
        ),
        Index(
            "uq_atm_withdrawals_waiting_code",
            "code_digest",
            unique=True,
            postgresql_where=WAITING,
            sqlite_where=WAITING,
        ),
        _of_some("expires_at", WAITING),
        _of_some("validated_at", UNSETTLED),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("wdr"))
    owner_sub: Mapped[str] = mapped_column(Text)
    wallet_id: Mapped[str] = mapped_column(ForeignKey("wallets.id"))
    hold_id: Mapped[str] = mapped_column(ForeignKey("wallet_holds.id"), unique=True)
    client_id: Mapped[str] = mapped_column(Text)  # the app that asked
    channel: Mapped[str] = mapped_column(Text)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Text)  # ISO 4217
    state: Mapped[str] = mapped_column(Text)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary, index=True)  # keyed
    qr_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # keyed
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    terminal_id: Mapped[str | None] = mapped_column(ForeignKey("atm_terminals.id"))
    dispense_id: Mapped[str | None] = mapped_column(Text, unique=True)
    key_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # who repeats it is answered again
    validated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class VoucherTries(Base):
    """The tries at vouchers from one terminal, or of one client, that count at present."""

    __tablename__ = "atm_voucher_tries"

    whose: Mapped[str] = mapped_column(Text, primary_key=True)
    tries: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)  # counted afresh from then
