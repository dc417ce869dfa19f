"""Notices on their way to people."""

from datetime import datetime

from sqlalchemy import Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.bank.database import Base
from app.foundation.database import UtcDateTime


class BankNotice(Base):
    """A notice for one person, kept with the deed it tells of.

    It waits while ``due_at`` is set; then it was handed over, or given up and ``problem`` says why.
    What it says is wiped once it was handed over. Its id is what the other house knows it by.
    """

    __tablename__ = "bank_notices"
    __table_args__ = (
        Index(
            "ix_bank_notices_given_up",
            "given_up_at",
            postgresql_where=text("given_up_at IS NOT NULL"),
            sqlite_where=text("given_up_at IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    sub: Mapped[str] = mapped_column(Text)
    notice: Mapped[str] = mapped_column(Text)  # its name in the catalogue
    data: Mapped[str | None] = mapped_column(Text)  # JSON: what it is told by
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # None: over
    tries: Mapped[int] = mapped_column(Integer)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(Text)  # why the last try failed, in one word
