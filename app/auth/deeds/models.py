"""What people answered to deeds: one row each, never changed and never removed."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime


class Approval(Base):
    """A decided deed and all that proves it later, whatever becomes of person, app and passkey.

    No row of another table is leant on: the database's triggers refuse UPDATE and DELETE.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint("decision IN ('approved', 'refused')", name="decision"),
        CheckConstraint("method IN ('passkey', 'sms', 'push')", name="method"),
        Index("ix_approvals_sub_decided_at", "sub", "decided_at"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("apr"))
    transaction_id: Mapped[str] = mapped_column(Text, unique=True)  # the deed's jti: once, for ever
    user_id: Mapped[int] = mapped_column(BigInteger)
    sub: Mapped[str] = mapped_column(Text)
    client_id: Mapped[str] = mapped_column(Text)
    session_id: Mapped[str] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(Text)
    method: Mapped[str | None] = mapped_column(Text)  # None: refused
    # What was answered: the bank's JWS, and its canonical form (RFC 8785). Both say of people what
    # must end one day, so they are sealed; rows from before have them in clear, others have "".
    deed: Mapped[str] = mapped_column(Text, default="")
    canonical: Mapped[str] = mapped_column(Text, default="")
    told_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # under the person's key
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    request_id: Mapped[str | None] = mapped_column(Text)  # as in the record
    bank_key: Mapped[str | None] = mapped_column(Text)  # what the deed is checked by, a JWK

    # By a passkey, as the browser answered (WebAuthn Level 3 §7.2).
    credential_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)  # COSE
    client_data: Mapped[bytes | None] = mapped_column(LargeBinary)
    authenticator_data: Mapped[bytes | None] = mapped_column(LargeBinary)
    signature: Mapped[bytes | None] = mapped_column(LargeBinary)
    rp_id: Mapped[str | None] = mapped_column(Text)
    origin: Mapped[str | None] = mapped_column(Text)

    # By a code that was sent.
    channel: Mapped[str | None] = mapped_column(Text)
    destination: Mapped[str | None] = mapped_column(Text)  # masked
    text_digest: Mapped[bytes | None] = mapped_column(LargeBinary)  # SHA-256 of what was sent
