"""Which lines of files of people are in already."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import clock
from app.foundation.database import UtcDateTime


class ImportedLine(Base):
    """A line whose person was brought in. It is an HMAC and names nobody.

    It stays when the person goes: who was erased is not brought back by running a file again.
    """

    __tablename__ = "imported_lines"

    line_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
