"""The record's one table (ASVS 16.2.1)."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation.database import UtcDateTime

# What turns over by the thousand is no person's own history, and is not indexed as such. Spelt
# the same in the index and in the question, so that both databases see that they fit.
ABOUT_PEOPLE = text("event NOT LIKE 'grant:tokens:%'")


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
        {"sqlite_autoincrement": True},  # a number is never given twice
    )

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    event: Mapped[str]  # a name of `events.CATALOGUE`
    actor: Mapped[str]  # who did it: a public identifier, or `events.SYSTEM`, `events.NOBODY`
    subject: Mapped[str | None]  # to whom or what
    request_id: Mapped[str | None]
    data: Mapped[str | None]  # canonical JSON (RFC 8785)
