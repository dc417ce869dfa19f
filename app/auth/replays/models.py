"""What was shown, marked."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation.database import UtcDateTime


class ReplayMark(Base):
    """Something was shown; kept as long as it would be good."""

    __tablename__ = "replay_marks"

    name_digest: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
