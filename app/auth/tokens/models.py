"""What was issued, to whom it leads, and what ended before its time. No row an access token."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime


class Grant(NamedTuple):
    """Who allowed which client what, how surely they were here, and for which audience.

    subject: the ``sub`` the client sees; scope, amr: space-separated; audience: so too, while the
    one that a token is for has not been chosen (RFC 8707 §2.2); session_id: None once the browser
    session is over, or where there never was one; claims: those asked for by name, as
    ``consents.named`` writes them, or None; details: what may be done, as ``consents.details``
    writes it, or None (RFC 9396).
    """

    grant_id: str
    user_id: int
    subject: str
    session_id: str | None
    scope: str
    audience: str
    nonce: str | None
    auth_time: datetime
    acr: str
    amr: str
    claims: str | None
    details: str | None = None


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
    claims: Mapped[str | None] = mapped_column(Text)  # asked for by name, JSON (OIDC Core §5.5)
    details: Mapped[str | None] = mapped_column(Text)  # JSON (RFC 9396)
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
    claims: Mapped[str | None] = mapped_column(Text)  # asked for by name, JSON (OIDC Core §5.5)
    details: Mapped[str | None] = mapped_column(Text)  # JSON (RFC 9396)
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


class DeviceCode(Base):
    """A device that waits for a person elsewhere (RFC 8628).

    States: pending → approved → redeemed; or denied; or expired. What it stands for once approved
    reads as an authorization code's does.
    """

    __tablename__ = "device_codes"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'approved', 'denied', 'redeemed')", name="state"),
    )

    device_code_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_code_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    state: Mapped[str] = mapped_column(Text, default="pending")
    grant_id: Mapped[str] = mapped_column(Text, default=ids.maker("grt"))
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    subject: Mapped[str | None] = mapped_column(Text)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    auth_time: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acr: Mapped[str | None] = mapped_column(Text)
    amr: Mapped[str | None] = mapped_column(Text)
    wait_seconds: Mapped[int] = mapped_column(Integer)  # between two polls; longer after each slip
    polled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SessionClient(Base):
    """An application that a browser session signed a person in to, and that is told of its end.

    Only those with an address for it have a row (OIDC Back-Channel and Front-Channel Logout).
    """

    __tablename__ = "session_clients"

    session_id: Mapped[str] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True
    )
    client_id: Mapped[str] = mapped_column(
        ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    subject: Mapped[str] = mapped_column(Text)  # the sub this client sees


class LogoutNotice(Base):
    """A logout token to be delivered to one application (OIDC Back-Channel Logout §2.5).

    Kept with the ending itself; tried at once, then again by the worker until it was delivered or
    given up.
    """

    __tablename__ = "logout_notices"

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("lgo"))  # its jti
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[str | None] = mapped_column(Text)  # the sid; None: every one of the subject
    subject: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # None: over
    tries: Mapped[int] = mapped_column(Integer, default=0)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(Text)  # why the last try failed, in one word
