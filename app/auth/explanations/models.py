"""What a refusal meant, kept for the developer who met it; on a developer's machine alone."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import clock
from app.foundation.database import UtcDateTime


class Explanation(Base):
    """One refused request: which check, which parameter, which clause."""

    __tablename__ = "explanations"

    request_id: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    told: Mapped[str] = mapped_column(Text)  # JSON
