"""The keys that deeds are signed with, the approvals asked for, and those that were spent."""

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.bank.database import Base
from app.foundation.database import UtcDateTime


class DeedKey(Base):
    """A key pair of the bank (ES256): the last one whose time has come signs."""

    __tablename__ = "bank_deed_keys"

    kid: Mapped[str] = mapped_column(Text, primary_key=True)
    public_jwk: Mapped[str] = mapped_column(Text)  # JSON (RFC 7517)
    private_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # None once gone
    signs_from: Mapped[datetime] = mapped_column(UtcDateTime, unique=True)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    compromised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # somebody else had it


class SpentApproval(Base):
    """An approval that has done its deed, and by its primary key does no other; never changed."""

    __tablename__ = "bank_spent_approvals"

    transaction_id: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)  # the type of its details
    owner_sub: Mapped[str] = mapped_column(Text, index=True)
    client_id: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)  # of the canonical deed, as its evidence names it
    approved_by: Mapped[str] = mapped_column(Text)  # passkey, sms or push
    spent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Challenges(Base):
    """The approvals one person was lately told to ask for, which count at present."""

    __tablename__ = "bank_challenges"

    owner_sub: Mapped[str] = mapped_column(Text, primary_key=True)
    asked: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)  # counted afresh from then
