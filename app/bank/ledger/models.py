"""Wallets, and the entries that move money between them.

Every entry's postings add up to nothing, so all wallets together always hold nothing: what people
have is what the funding wallets owe.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.bank.database import Base, BigKey
from app.foundation import ids
from app.foundation.database import UtcDateTime

PERSON = "person"
FUNDING = "funding"  # owes what came into the house
SETTLEMENT = "settlement"  # holds what is to leave it: to providers, as cash


class Wallet(Base):
    """An account of money: a person's, or one that money comes into the house by.

    ``balance_minor`` is the sum of its postings, kept with them. A person's is never below what
    is held of it; the database refuses otherwise.
    """

    __tablename__ = "wallets"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'funding', 'settlement')", name="kind"),
        CheckConstraint("(kind = 'person') = (owner_sub IS NOT NULL)", name="owner"),
        CheckConstraint("held_minor >= 0", name="held"),
        CheckConstraint("kind = 'funding' OR balance_minor >= held_minor", name="covered"),
        CheckConstraint("deeds_minor >= 0 AND deeds_count >= 0", name="deeds"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("wal"))
    kind: Mapped[str] = mapped_column(Text)
    owner_sub: Mapped[str | None] = mapped_column(Text, unique=True)
    owner_user_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    currency: Mapped[str] = mapped_column(Text)  # ISO 4217
    balance_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    held_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    deeds_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")  # since approval
    deeds_count: Mapped[int] = mapped_column(server_default="0")  # since approval
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # nothing leaves it since


class Hold(Base):
    """Money of a wallet set aside for a deed that is under way: captured or released, once."""

    __tablename__ = "wallet_holds"
    __table_args__ = (
        CheckConstraint("state IN ('held', 'captured', 'released')", name="state"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(state = 'held') = (ended_at IS NULL)", name="ended"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    wallet_id: Mapped[str] = mapped_column(ForeignKey("wallets.id"), index=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    purpose: Mapped[str] = mapped_column(Text)  # the kind of the entry it becomes
    state: Mapped[str] = mapped_column(Text, default="held")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


ENTRIES = ("transfer", "funding", "deposit", "bill", "topup", "withdrawal", "reversal")


class Entry(Base):
    """One movement of money; never changed."""

    __tablename__ = "wallet_entries"
    __table_args__ = (CheckConstraint(f"kind IN {ENTRIES}", name="kind"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    client_id: Mapped[str | None] = mapped_column(Text)  # the app that asked
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Posting(Base):
    """What one entry adds to one wallet, or takes from it; never changed.

    ``made_at`` is its entry's, kept here so that one index answers for a wallet's history.
    """

    __tablename__ = "wallet_postings"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", name="amount"),
        Index("ix_wallet_postings_history", "wallet_id", "made_at", "id", "amount_minor"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("wallet_entries.id"), index=True)
    wallet_id: Mapped[str] = mapped_column(ForeignKey("wallets.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
