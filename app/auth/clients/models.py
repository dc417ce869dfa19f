"""Clients as rows: their registered metadata, and digests of their secrets."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime


class Client(Base):
    """An application as registered (RFC 7591 §2).

    Until somebody of ours has looked at one that registered itself, ``verified_at`` is None and
    people are told so (C-08).
    """

    __tablename__ = "clients"
    __table_args__ = (
        Index("ix_clients_created_at", "created_at", "id"),
        Index("ix_clients_name_folded", "name_folded", "id"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)  # client_id
    described: Mapped[str] = mapped_column(Text)  # its metadata, JSON
    name_folded: Mapped[str] = mapped_column(Text)  # as people look for it: case folded
    application_type: Mapped[str] = mapped_column(Text)  # web, native, or service: no people
    institution: Mapped[str | None] = mapped_column(
        ForeignKey("institutions.code"), index=True
    )  # whose pages its people see
    registered_by: Mapped[str] = mapped_column(Text)  # a sub, an initial access token's id, …
    registration_digest: Mapped[bytes | None] = mapped_column(LargeBinary)  # SHA-256 (RFC 7592)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # within the hour


class ClientSecret(Base):
    """The digest of a secret; a secret has 256 bits, so SHA-256 is enough."""

    __tablename__ = "client_secrets"

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("sec"))
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    value_digest: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a newer one has followed it


class InitialAccessToken(Base):
    """Lets whoever holds it register applications, so many and so long (RFC 7591 §3)."""

    __tablename__ = "initial_access_tokens"

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("iat"))
    value_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    note: Mapped[str] = mapped_column(Text)  # for whom it was made
    uses_left: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ClientLogo(Base):
    """A logo, fetched once and served from our own origin (`decisions.md` §11)."""

    __tablename__ = "client_logos"

    client_id: Mapped[str] = mapped_column(
        ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True
    )
    member: Mapped[str] = mapped_column(Text, primary_key=True)  # logo_uri, logo_uri#en, …
    uri: Mapped[str] = mapped_column(Text)  # where it came from
    media_type: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[str] = mapped_column(Text)  # of the content, in its address here
    fetched_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
