"""Browser sessions, kept on the server; the browser holds an opaque secret (ASVS 7.2.1)."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import ids
from app.foundation.database import UtcDateTime


class Session(Base):
    """Someone is here, on one browser, since a moment, shown by certain means.

    Its ``id`` is the ``sid`` that apps are told; the secret in the cookie is another thing.
    """

    __tablename__ = "sessions"

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
    method: Mapped[str]  # how the person came in: `password`
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None]

    def is_live(self, now):
        """Neither ended nor expired at ``now``."""
        return self.ended_at is None and now < self.expires_at
