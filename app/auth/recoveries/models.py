"""Recoveries of accounts whose factors are lost."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import ids
from app.foundation.database import UtcDateTime


class FactorRecovery(Base):
    """Somebody waits to come back without a factor, from ``opens_at`` to ``closes_at``.

    A person has one at most that has not ended. Either they begin it themselves and complete it, or
    somebody of the bank asks for it and it happens when it opens.
    """

    __tablename__ = "factor_recoveries"
    __table_args__ = (
        CheckConstraint(
            "(ended_at IS NULL) = (outcome IS NULL)"
            " AND outcome IN ('stopped', 'completed', 'lapsed')",
            name="outcome",
        ),
        Index(
            "uq_factor_recoveries_live",
            "user_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("rcv"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # when last
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    outcome: Mapped[str | None] = mapped_column(Text)
    asked_by: Mapped[str | None] = mapped_column(Text)  # who of the bank, a ``sub``; None: oneself
    factor: Mapped[str | None] = mapped_column(Text)  # which shall go; None: every one

    def is_open(self, now):
        """May it be completed at ``now``, unless it has ended?"""
        return self.opens_at <= now < self.closes_at
