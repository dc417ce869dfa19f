"""The floor of time under every answer about an account, whoever it is about (ASVS 6.3.8).

It has two steps: one for the work of judging, while a turn is held and no connection is; one for
what only some answers write afterwards, at the end of the request.
"""

from flask import current_app

from app.auth.database import db
from app.foundation import clock, database, keeping

AFTERWARDS = 0.07  # of the floor: what writing a code, a message and the record may take


def begin():
    """Return when the first step ends, by :func:`clock.ticks`."""
    return clock.ticks() + _seconds()


def reach(until):
    """Wait for ``until``, holding no connection; the answer then waits for the second step."""
    database.let_go(db)
    clock.sleep_until(until)
    keeping.answer_no_sooner(until + _seconds() * AFTERWARDS)


def _seconds():
    return current_app.config["LOGIN_FLOOR_MS"] / 1000
