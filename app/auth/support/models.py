"""Looks at people, and people's leave to be acted for."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import ids
from app.foundation.database import UtcDateTime


class Look(Base):
    """From one browser session a person may be seen for a while, for a reason that was given."""

    __tablename__ = "looks"

    session_id: Mapped[str] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Delegation(Base):
    """Somebody of the bank asks to read as a person, who allows it for some minutes or does not.

    A person has one at most that has not ended.
    """

    __tablename__ = "delegations"
    __table_args__ = (
        CheckConstraint(
            "(ended_at IS NULL) = (outcome IS NULL) AND outcome IN ('refused', 'ended', 'lapsed')",
            name="outcome",
        ),
        Index(
            "uq_delegations_live",
            "user_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("dlg"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    staff_sub: Mapped[str] = mapped_column(Text, index=True)
    reason: Mapped[str] = mapped_column(Text)
    minutes: Mapped[int] = mapped_column(Integer)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # to answer by; then, its end
    allowed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    outcome: Mapped[str | None] = mapped_column(Text)

    def is_open(self, now):
        """Was it allowed, and is it neither ended nor over at ``now``?"""
        return self.allowed_at is not None and self.ended_at is None and now < self.until
