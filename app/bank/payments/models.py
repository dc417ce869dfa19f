"""Payments to suppliers: what was ordered, how it stands, and when to ask of it again."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.bank.database import Base
from app.bank.payments.providers.interface import STATES
from app.foundation.database import UtcDateTime

BILL, TOPUP = "bill", "topup"


class Payment(Base):
    """A payment: pending with its money held, then completed or refused, maybe reversed later.

    Its money is captured by ``entry_id`` and, reversed, comes back by ``reversal_id``. While
    ``due_at`` is set the provider is asked again then, under the same id.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint(f"kind IN {(BILL, TOPUP)}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint(
            "(state IN ('completed', 'reversed')) = (entry_id IS NOT NULL)", name="entry"
        ),
        CheckConstraint("(state = 'reversed') = (reversal_id IS NOT NULL)", name="reversal"),
        CheckConstraint("(state = 'pending') = (settled_at IS NULL)", name="settled"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    owner_sub: Mapped[str] = mapped_column(Text, index=True)
    client_id: Mapped[str] = mapped_column(Text)  # the app that asked
    wallet_id: Mapped[str] = mapped_column(ForeignKey("wallets.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    due_date: Mapped[date | None] = mapped_column(Date)
    payee_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # JSON: barcode or phone, and names
    state: Mapped[str] = mapped_column(Text)
    hold_id: Mapped[str] = mapped_column(ForeignKey("wallet_holds.id"), unique=True)
    entry_id: Mapped[str | None] = mapped_column(ForeignKey("wallet_entries.id"), unique=True)
    reversal_id: Mapped[str | None] = mapped_column(ForeignKey("wallet_entries.id"), unique=True)
    reference: Mapped[str | None] = mapped_column(Text)  # by which the provider finds it
    problem: Mapped[str | None] = mapped_column(Text)  # why refused, or not known yet: one word
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reversed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    tries: Mapped[int] = mapped_column(server_default="0")  # since it stands as it does
