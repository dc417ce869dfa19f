"""Institutions, roles, and who has them (document 004's names)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, false
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.auth.database import Base
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime


class Institution(Base):
    """A bank or a fintech, named to others by its code."""

    __tablename__ = "institutions"
    __table_args__ = (Index("ix_institutions_name_folded", "name_folded", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=ids.maker("ins"))
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_folded: Mapped[str] = mapped_column(Text)  # as people look for it: case folded
    colours: Mapped[str | None] = mapped_column(Text)  # the five given, JSON; None: the house's
    second_factor: Mapped[str | None] = mapped_column(Text)  # a name of `factors.policy`
    four_eyes: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    @validates("name")
    def _fold(self, _column, name):
        self.name_folded = name.casefold()
        return name


class InstitutionLogo(Base):
    """An institution's logo, served from our own origin."""

    __tablename__ = "institution_logos"

    institution_id: Mapped[str] = mapped_column(
        ForeignKey("institutions.id", ondelete="CASCADE"), primary_key=True
    )
    media_type: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[str] = mapped_column(Text)  # of the content, in its address here


class InstitutionInvitation(Base):
    """An address was asked to become a member; whoever has proved it may, once.

    Of the link that was mailed only the digest is kept.
    """

    __tablename__ = "institution_invitations"

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("inv"))
    institution_id: Mapped[str] = mapped_column(
        ForeignKey("institutions.id", ondelete="CASCADE"), index=True
    )
    email_folded: Mapped[str] = mapped_column(Text)
    link_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    invited_by: Mapped[str] = mapped_column(Text)  # a ``sub``, or the operator
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Role(Base):
    """What someone may be here. description: of one that a bank defined for itself."""

    __tablename__ = "roles"

    name: Mapped[str] = mapped_column(primary_key=True)
    description: Mapped[str | None] = mapped_column(Text)


class UserRole(Base):
    """A person has a role."""

    __tablename__ = "user_roles"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(ForeignKey("roles.name"), primary_key=True, index=True)


class UserInstitution(Base):
    """A person belongs to an institution."""

    __tablename__ = "user_institutions"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    institution_id: Mapped[str] = mapped_column(
        ForeignKey("institutions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
