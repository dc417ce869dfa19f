"""One-time secrets that were sent to somebody: their digests, and what became of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.auth.database import Base
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime


class OneTime:
    """A code, and sometimes a link, for one purpose: either uses up both (C13, C14).

    A person has one at most for a purpose, so a new one ends the old. ``target_digest`` names
    the address it went to, so that it proves no other.
    """

    id: Mapped[str] = mapped_column(primary_key=True, default=ids.maker("ots"))
    purpose: Mapped[str]
    target_digest: Mapped[bytes]
    code_digest: Mapped[bytes]  # an HMAC
    link_digest: Mapped[bytes | None] = mapped_column(unique=True)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @declared_attr
    def user_id(self) -> Mapped[int]:
        """Whose it is."""
        return mapped_column(ForeignKey("users.id", ondelete="CASCADE"))

    @declared_attr.directive
    def __table_args__(self):
        return (UniqueConstraint("user_id", "purpose"),)

    def is_live(self, now, tries):
        """Could the right code or link still be accepted at ``now``, after at most ``tries``?"""
        return self.used_at is None and now < self.expires_at and self.tries < tries


class VerificationToken(OneTime, Base):
    """A secret that proves an address, or that somebody is who they say."""

    __tablename__ = "verification_tokens"


class PasswordReset(OneTime, Base):
    """A secret that lets a forgotten password be replaced."""

    __tablename__ = "password_resets"
