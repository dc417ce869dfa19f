"""What a wallet's owner has settled about it."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from app.bank.database import Base
from app.foundation.database import UtcDateTime


class KnownPayee(Base):
    """Somebody a wallet's owner is known to pay; whom else they pay for the first time."""

    __tablename__ = "wallet_known_payees"

    owner_sub: Mapped[str] = mapped_column(Text, primary_key=True)
    payee_sub: Mapped[str] = mapped_column(Text, primary_key=True)
    known_since: Mapped[datetime] = mapped_column(UtcDateTime)
