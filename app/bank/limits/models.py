"""What a wallet's owner allows to leave it, and what has left it in a period."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.bank.database import Base
from app.foundation.database import UtcDateTime


class WalletLimits(Base):
    """The limits of one wallet, in minor units; and those that follow them at ``next_from``.

    None: the house's own.
    """

    __tablename__ = "wallet_limits"

    wallet_id: Mapped[str] = mapped_column(ForeignKey("wallets.id"), primary_key=True)
    deed_minor: Mapped[int | None] = mapped_column(BigInteger)
    day_minor: Mapped[int | None] = mapped_column(BigInteger)
    night_minor: Mapped[int | None] = mapped_column(BigInteger)
    next_deed_minor: Mapped[int | None] = mapped_column(BigInteger)
    next_day_minor: Mapped[int | None] = mapped_column(BigInteger)
    next_night_minor: Mapped[int | None] = mapped_column(BigInteger)
    next_from: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WalletSpending(Base):
    """What has left a wallet in one day or one night; what came back of it is taken off."""

    __tablename__ = "wallet_spending"
    __table_args__ = (CheckConstraint("spent_minor >= 0", name="spent"),)

    wallet_id: Mapped[str] = mapped_column(ForeignKey("wallets.id"), primary_key=True)
    # 2026-01-15, 2026-01-15 night
    period: Mapped[str] = mapped_column(Text, primary_key=True, index=True)
    spent_minor: Mapped[int] = mapped_column(BigInteger)
