"""What stops erasure, and the keys under which what outlives an account is sealed."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime

_OPEN = text("released_at IS NULL")


class LegalHold(Base):
    """While it stands, nothing of the person is erased, whatever they or the timetable ask.

    Why is sealed: it may say of people what nobody else should read. One stands at a time, which
    the database itself keeps.
    """

    __tablename__ = "legal_holds"
    __table_args__ = (
        Index(
            "uq_legal_holds_sub",
            "sub",
            unique=True,
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("hld"))
    sub: Mapped[str] = mapped_column(Text)
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PersonKey(Base):
    """The key of one person, sealed: without it, what is kept of them for the law says nothing."""

    __tablename__ = "person_keys"

    sub: Mapped[str] = mapped_column(Text, primary_key=True)
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
