"""Codes, refresh-token families and what was ended before its time. No row an access token."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime


def _by_expiry(table):
    """An index for housekeeping that costs an insert next to nothing: rows come in its order."""
    return Index(f"ix_{table}_expires_at", "expires_at", postgresql_using="brin")


class AuthorizationCode(Base):
    """A code: 60 seconds, one use, digest only. Its grant names all that begins with it."""

    __tablename__ = "authorization_codes"
    __table_args__ = (_by_expiry("authorization_codes"),)

    code_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    grant_id: Mapped[str] = mapped_column(Text)
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(Text)  # the sub this client sees
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    redirect_uri: Mapped[str] = mapped_column(Text)
    redirect_uri_sent: Mapped[bool] = mapped_column(Boolean)
    scope: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    nonce: Mapped[str | None] = mapped_column(Text)
    challenge: Mapped[str] = mapped_column(Text)  # S256 of the verifier; empty: none was sent
    auth_time: Mapped[datetime] = mapped_column(UtcDateTime)
    acr: Mapped[str] = mapped_column(Text)
    amr: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RefreshToken(Base):
    """A refresh-token family: one row, turning over (`decisions.md` §4).

    It begins with one authorization and ends, whole, when an old link is shown again
    (RFC 9700 §4.14.2). The value names family, generation and secret; the family's id appears
    nowhere else, so whoever names it has held one of its tokens.
    """

    __tablename__ = "refresh_tokens"
    __table_args__ = (_by_expiry("refresh_tokens"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("rft"))
    grant_id: Mapped[str] = mapped_column(Text, unique=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(Text)
    session_id: Mapped[str] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE"), index=True
    )
    offline: Mapped[bool] = mapped_column(Boolean)  # outlives its session (OIDC Core §11)
    scope: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    auth_time: Mapped[datetime] = mapped_column(UtcDateTime)
    acr: Mapped[str] = mapped_column(Text)
    amr: Mapped[str] = mapped_column(Text)
    generation: Mapped[int] = mapped_column(Integer)
    value_digest: Mapped[bytes] = mapped_column(LargeBinary)  # SHA-256 of the current token
    previous_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    successor_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # wiped at 30 s
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    rotated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None] = mapped_column(Text)


class RevokedToken(Base):
    """What ended before its tokens expired: a token, a grant, a session or a client.

    ``name`` is ``jti:…``, ``grant:…``, ``sid:…`` or ``client:…``. A row is
    kept until the last access token it speaks of has expired, then forgotten.
    """

    __tablename__ = "revoked_tokens"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
