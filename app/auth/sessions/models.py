"""Browser sessions, kept on the server; the browser holds an opaque secret (ASVS 7.2.1)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import ids
from app.foundation.database import UtcDateTime


class Session(Base):
    """Someone is here, on one browser, since a moment, shown by certain means.

    Its ``id`` is the ``sid`` that apps are told; the secret in the cookie is another thing.
    """

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_address_auth_time", "address", "auth_time"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=ids.maker("ses"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    secret_digest: Mapped[bytes] = mapped_column(unique=True)  # SHA-256; never the secret itself
    auth_time: Mapped[datetime] = mapped_column(UtcDateTime)
    amr: Mapped[str]  # RFC 8176, space-separated
    acr: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # slides, never past…
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)  # …this
    user_agent: Mapped[str | None]
    address: Mapped[str | None]
    device_id: Mapped[str | None] = mapped_column(Text)  # the browser of the person, while known
    risk: Mapped[str] = mapped_column(Text, default="allow")  # verdict of `risk.assessment`…
    risk_reasons: Mapped[str] = mapped_column(Text, default="")  # …and why, space-separated
    method: Mapped[str]  # how the person came in: `password`
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None]

    def is_live(self, now):
        """Neither ended nor expired at ``now``."""
        return self.ended_at is None and now < self.expires_at


class Network(Base):
    """A household or an office that a person has signed in from, named by an HMAC alone."""

    __tablename__ = "networks"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    network_digest: Mapped[bytes] = mapped_column(primary_key=True)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Device(Base):
    """A browser that a person has signed in from; several people of one browser have one each.

    The browser's own id is kept as an HMAC: a dump names no browser.
    """

    __tablename__ = "devices"
    __table_args__ = (UniqueConstraint("user_id", "browser_digest"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("dev"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    browser_digest: Mapped[bytes]
    user_agent: Mapped[str | None] = mapped_column(Text)
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    name: Mapped[str | None] = mapped_column(Text)  # what the person calls it
    owned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # "yes, it was me"
    disowned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # "it was not me"

    @property
    def is_known(self):
        """Has the person signed in from it, and not said since that it was somebody else?"""
        return self.disowned_at is None or self.last_seen_at > self.disowned_at
