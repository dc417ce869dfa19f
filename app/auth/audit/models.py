"""The record's table, and what of it waits to be linked (ASVS 16.2.1)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation.database import UtcDateTime

# What turns over by the thousand is no person's own history, and is not indexed as such. Spelt
# the same in the index and in the question, so that both databases see that they fit.
ABOUT_PEOPLE = text("event NOT LIKE 'grant:tokens:%'")


NUMBER = BigInteger().with_variant(Integer, "sqlite")


class AuditRecord(Base):
    """One thing that happened: never changed and never removed, as the database's triggers see to.

    It names people and things by their public identifiers alone, and holds no secret.
    """

    __tablename__ = "audit_records"
    __table_args__ = (
        *(
            Index(
                f"ix_audit_records_{column}_seq",
                column,
                "seq",
                postgresql_where=ABOUT_PEOPLE,
                sqlite_where=ABOUT_PEOPLE,
            )
            for column in ("actor", "subject")
        ),
        CheckConstraint(  # PostgreSQL keeps moments that no reader takes, as 'infinity'
            "at >= '1900-01-01 00:00:00+00' AND at < '9999-01-01 00:00:00+00'",
            name="at",
        ).ddl_if(dialect="postgresql"),
        {"sqlite_autoincrement": True},  # a number is never given twice
    )

    seq: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    event: Mapped[str]  # a name of `events.CATALOGUE`
    actor: Mapped[str]  # who did it: a public identifier, or `events.SYSTEM`, `events.NOBODY`
    subject: Mapped[str | None]  # to whom or what
    request_id: Mapped[str | None]
    data: Mapped[str | None]  # canonical JSON (RFC 8785)
    nonce: Mapped[bytes | None] = mapped_column(LargeBinary)  # 16 bytes, of this record alone
    mac: Mapped[bytes | None] = mapped_column(LargeBinary)  # see `stamps`


class QueuedRecord(Base):
    """A record that is not linked yet: the database puts it here when the record is written."""

    __tablename__ = "audit_queue"

    seq: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its stamp did not hold


class Tally(Base):
    """So many records of one event were linked, of the hour that began then."""

    __tablename__ = "audit_tallies"

    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    event: Mapped[str] = mapped_column(primary_key=True)
    records: Mapped[int] = mapped_column(NUMBER)
