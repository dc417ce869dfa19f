"""Institutions, roles, and who has them (document 004's names)."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime


class Institution(Base):
    """A bank or a fintech, named to others by its code."""

    __tablename__ = "institutions"

    id: Mapped[str] = mapped_column(primary_key=True, default=ids.maker("ins"))
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    colours: Mapped[str | None] = mapped_column(Text)  # the five given, JSON; None: the house's
    second_factor: Mapped[str | None] = mapped_column(Text)  # a name of `factors.policy`
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class InstitutionLogo(Base):
    """An institution's logo, served from our own origin."""

    __tablename__ = "institution_logos"

    institution_id: Mapped[str] = mapped_column(
        ForeignKey("institutions.id", ondelete="CASCADE"), primary_key=True
    )
    media_type: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[str] = mapped_column(Text)  # of the content, in its address here


class Role(Base):
    """What someone may be here; `roles.CATALOGUE` says what each is for."""

    __tablename__ = "roles"

    name: Mapped[str] = mapped_column(primary_key=True)


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
