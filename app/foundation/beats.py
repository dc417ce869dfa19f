"""When each duty of a worker was last done: so that a worker that stopped is missed."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Text, bindparam, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation import clock
from app.foundation.database import UtcDateTime, kept

EVERY_SECONDS = 10  # a duty is noted no more often by one process
LATE = timedelta(minutes=5)
FORGOTTEN = timedelta(days=1)  # a duty that is no longer there is no longer missed


class Beat:
    """The columns of a house's table of duties."""

    duty: Mapped[str] = mapped_column(Text, primary_key=True)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Beats:
    """The beats of one house, kept in ``model``."""

    def __init__(self, database, model):
        self._database, self._model = database, model
        table = model.__tablename__
        self._note = text(
            f"INSERT INTO {table} (duty, done_at) VALUES (:duty, :now)"  # noqa: S608 (a model's)
            " ON CONFLICT (duty) DO UPDATE SET done_at = excluded.done_at"
        ).bindparams(bindparam("now", type_=UtcDateTime))

    def note(self, duty):
        """Note that ``duty`` (a name) was done, unless that was noted a moment ago."""
        noted = current_app.extensions.setdefault("beats", {})  # duty → when, in ticks
        ticks = clock.ticks()
        if duty in noted and ticks - noted[duty] < EVERY_SECONDS:
            return
        with kept(self._database) as session:
            session.execute(self._note, {"duty": duty, "now": clock.now()})
        noted[duty] = ticks

    def ages(self):
        """Return how many seconds ago each duty was done: name → seconds."""
        now = clock.now()
        with self._database.engine.connect() as connection:
            rows = connection.execute(select(self._model.duty, self._model.done_at)).all()
        return {
            duty: max(0.0, (now - done_at).total_seconds())
            for duty, done_at in rows
            if now - done_at < FORGOTTEN
        }

    def check(self):
        """Say who is late: requests go on without a worker, so this is never more than a word."""
        try:
            ages = self.ages()
        except SQLAlchemyError as error:
            return f"what the worker noted cannot be read: {type(error).__name__}"
        if not ages:
            return "no worker has done anything for a day, or ever: is one running?"
        late = sorted(duty for duty, age in ages.items() if age > LATE.total_seconds())
        return f"done longer than {LATE} ago: {', '.join(late)}" if late else None
