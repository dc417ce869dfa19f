"""Where each stream of the record has come to."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.auth.audit.models import NUMBER
from app.auth.database import Base
from app.foundation.database import UtcDateTime


class Stream(Base):
    """A stream: all before ``next`` was taken by whoever is at its end."""

    __tablename__ = "audit_streams"

    name: Mapped[str] = mapped_column(primary_key=True)  # of `sending.STREAMS`
    next: Mapped[int] = mapped_column(NUMBER)  # the number of a link; of anchors, the id of a head
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)  # not before; while one sends: its lease
    tries: Mapped[int]  # since something was taken
    problem: Mapped[str | None]  # of the last try, in one word
