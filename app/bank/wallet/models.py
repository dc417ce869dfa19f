"""What a wallet's owner has settled about it."""

from datetime import datetime

from sqlalchemy import LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.bank.database import Base
from app.foundation import ids
from app.foundation.database import UtcDateTime


class KnownPayee(Base):
    """Somebody a wallet's owner is known to pay; whom else they pay for the first time."""

    __tablename__ = "wallet_known_payees"

    owner_sub: Mapped[str] = mapped_column(Text, primary_key=True)
    payee_sub: Mapped[str] = mapped_column(Text, primary_key=True)
    known_since: Mapped[datetime] = mapped_column(UtcDateTime)


class WalletKey(Base):
    """A contact by which others may pay its owner: claimed by who has proved it, one owner each."""

    __tablename__ = "wallet_keys"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("wky"))
    kind: Mapped[str] = mapped_column(Text)  # email, phone or cpf
    digest: Mapped[bytes] = mapped_column(LargeBinary)  # keyed; the contact itself is not kept
    shown: Mapped[str] = mapped_column(Text)  # masked, for its owner
    owner_sub: Mapped[str] = mapped_column(Text, index=True)
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
