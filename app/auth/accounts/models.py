"""People, what they are called elsewhere, and the tries at their secrets."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, Text, or_, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.auth.accounts import identifiers
from app.auth.database import Base
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime

# Compared by its characters, on both databases, so that an index finds what begins alike.
AS_WRITTEN = Text().with_variant(Text(collation="C"), "postgresql")


class User(Base):
    """A person. Others know them by ``sub``; their own papers are sealed.

    What must be unique without regard to case is kept a second time, folded, beside what the
    person typed, so that both databases compare alike; a name so that staff find it. A CPF or a
    phone can be found again by an HMAC (``…_index``), never read without the sealing key.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'locked', 'closed')", name="status"),
        Index(
            "uq_users_phone_verified",
            "phone_index",
            unique=True,
            postgresql_where=text("phone_verified_at IS NOT NULL"),
            sqlite_where=text("phone_verified_at IS NOT NULL"),
        ),
        Index("ix_users_name_folded_id", "name_folded", "id"),
        Index("ix_users_phone_index", "phone_index"),
        Index("ix_users_created_at_id", "created_at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    sub: Mapped[str] = mapped_column(unique=True, default=ids.subject)
    username: Mapped[str | None]
    username_folded: Mapped[str | None] = mapped_column(unique=True)
    email: Mapped[str]
    email_folded: Mapped[str] = mapped_column(unique=True)
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    phone_sealed: Mapped[bytes | None]
    phone_index: Mapped[bytes | None]
    phone_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cpf_sealed: Mapped[bytes | None]
    cpf_index: Mapped[bytes | None] = mapped_column(unique=True)
    identity_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    birth_date: Mapped[date | None]
    full_name: Mapped[str | None]
    name_folded: Mapped[str | None] = mapped_column(AS_WRITTEN)
    given_name: Mapped[str | None]
    family_name: Mapped[str | None]
    password_hash: Mapped[str | None]  # argon2id; bcrypt when imported (C6); None: no password
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    must_prove: Mapped[str] = mapped_column(default="")  # "email", "phone", both or none of them
    terms_version: Mapped[str | None]
    terms_accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claims: Mapped[str] = mapped_column(Text, default="{}")  # other standard OIDC claims, JSON
    locale: Mapped[str | None]
    theme: Mapped[str | None] = mapped_column(Text)  # light or dark; None: as the browser's
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # see `closing`
    status: Mapped[str] = mapped_column(default="active")  # active, locked or closed
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)

    @validates("full_name")
    def _fold(self, _column, name):
        self.name_folded = identifiers.folded_name(name) if name else None
        return name

    def place(self, column):
        """Where ``column`` of this person is sealed for; the person needs a ``sub`` by then."""
        return f"users/{self.sub}/{column}"

    def is_unproved(self):
        """Did somebody join with this e-mail address whom nobody has seen to read its mail?"""
        return "email" in self.must_prove.split()

    def may_enter(self):
        """Is the account neither locked nor closed?"""
        return self.status == "active"


class PairwiseSubject(Base):
    """What a person is called before the clients of one sector, and no other (OIDC Core §8.1)."""

    __tablename__ = "pairwise_subjects"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    sector: Mapped[str] = mapped_column(Text, primary_key=True)  # a host
    subject: Mapped[str] = mapped_column(Text, unique=True, default=ids.subject)


class ContactChange(Base):
    """An e-mail address or a phone that a person wants to have, until they prove it is theirs."""

    __tablename__ = "contact_changes"
    __table_args__ = (CheckConstraint("channel IN ('email', 'phone')", name="channel"),)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    target_sealed: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class LoginTries(Base):
    """The tries at a secret under one key: an account from a network, an account, an address, …

    The key is an HMAC, so the table names neither people nor addresses (C21).
    """

    __tablename__ = "login_tries"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    tries: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # counted afresh from then
    known_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # signed in from here before

    @classmethod
    def past(cls, now):
        """SQL: this count is over and knows nobody, so it may go."""
        return (cls.ends_at < now) & or_(cls.known_until.is_(None), cls.known_until < now)
