"""Clients as rows: their registered metadata, and digests of their secrets."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime


class Client(Base):
    """An application as registered (RFC 7591 §2)."""

    __tablename__ = "clients"

    id: Mapped[str] = mapped_column(Text, primary_key=True)  # client_id
    described: Mapped[str] = mapped_column(Text)  # its metadata, JSON
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClientSecret(Base):
    """The digest of a secret; a secret has 256 bits, so SHA-256 is enough."""

    __tablename__ = "client_secrets"

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("sec"))
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    value_digest: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
