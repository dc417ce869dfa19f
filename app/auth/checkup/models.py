"""When each duty of the worker was last done."""

from app.auth.database import Base, db
from app.foundation import beats


class WorkerDuty(beats.Beat, Base):
    """One duty, whichever worker did it."""

    __tablename__ = "worker_duties"


BEATS = beats.Beats(db, WorkerDuty)
