"""What roles are for, who has one in an institution alone, and what waits for a second one."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation.database import UtcDateTime


class RolePermission(Base):
    """A role that a bank defined for itself holds a permission."""

    __tablename__ = "role_permissions"

    role: Mapped[str] = mapped_column(
        ForeignKey("roles.name", ondelete="CASCADE"), primary_key=True
    )
    permission: Mapped[str] = mapped_column(Text, primary_key=True)


class InstitutionRole(Base):
    """A person has a role in one institution: over its people and its apps, and nobody else's.

    What a person is everywhere stands in ``user_roles``; of that alone are apps told.
    """

    __tablename__ = "institution_roles"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    institution_id: Mapped[str] = mapped_column(
        ForeignKey("institutions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(ForeignKey("roles.name"), primary_key=True, index=True)


class PendingAct(Base):
    """What somebody asked for and somebody else shall approve; it holds no secret.

    institution: the code of the one whose matter it is; None: the house's. payload: what it would
    do; before: what it is based on; difference: of the two, to be read; each is canonical JSON.
    """

    __tablename__ = "pending_acts"
    __table_args__ = (
        Index("ix_pending_acts_state_asked_at", "state", "asked_at"),
        Index("ix_pending_acts_institution_state_asked_at", "institution", "state", "asked_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)  # the public identifier of what it is about
    institution: Mapped[str | None] = mapped_column(Text)
    payload: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text)
    difference: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(Text)  # waiting, approved or refused
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
