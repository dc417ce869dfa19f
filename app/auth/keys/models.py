"""Signing keys as rows; the private part sealed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import clock
from app.foundation.database import UtcDateTime


def _only_one(state):
    where = text(f"state = '{state}'")
    name = f"uq_signing_keys_{state}"
    return Index(name, "alg", unique=True, postgresql_where=where, sqlite_where=where)


class SigningKey(Base):
    """One key pair on its way: next, active, retired, gone.

    Next, active and retired keys are published. A key signs from ``activated_at`` until
    ``retired_at``, when the one after it begins: both may lie ahead, and until then the one before
    goes on. An algorithm has at most one next and one active key, which the database itself keeps.
    """

    __tablename__ = "signing_keys"
    __table_args__ = (
        CheckConstraint("state IN ('next', 'active', 'retired', 'gone')", name="state"),
        _only_one("next"),
        _only_one("active"),
    )

    kid: Mapped[str] = mapped_column(Text, primary_key=True)
    alg: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, index=True)
    public_jwk: Mapped[str] = mapped_column(Text)  # JSON (RFC 7517)
    private_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # None once gone
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    activated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of a next key: not before
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    compromised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # somebody else had it


def has_begun(key, now):
    """Has the time of ``key`` come, so that it signs until another's comes?

    A key that signs since it was made does so even when the clock is set back.
    """
    return key.activated_at <= max(now, key.created_at)
