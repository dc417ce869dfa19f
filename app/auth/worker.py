"""The worker: what is done beside the requests, by one process or many.

Every duty takes row locks, so two workers at once do each thing once.
"""

import signal
import threading

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app.auth import housekeeping
from app.auth.database import db
from app.auth.keys import rotation
from app.foundation.database import kept
from app.foundation.logs import log
from app.foundation.problems import Problem

PAUSE_SECONDS = 60


@click.command("worker", help="Keep house and turn the keys over, until stopped.")
@click.option("--once", is_flag=True, help="Do every duty once and stop.")
@with_appcontext
def run(once):
    """Do every duty each minute; SIGTERM or SIGINT ends it after the one under way."""
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    while not stopped.is_set():
        for duty in (_keys, _house):
            attend(duty)
        if once or stopped.wait(PAUSE_SECONDS):
            return


def attend(duty):
    """Do one duty; a database that is away is logged and tried again at the next round."""
    try:
        done = duty()
    except (SQLAlchemyError, Problem) as error:
        db.session.rollback()
        log.error("duty failed", duty=duty.__name__, error=type(error).__name__)
    else:
        if done:
            log.info("duty done", duty=duty.__name__, **done)
    finally:
        db.session.remove()


def _keys():
    with kept(db):
        done = rotation.keep_timetable()
    return {name: kids for name, kids in done.items() if kids}


def _house():
    counts = housekeeping.run(current_app.config["REFRESH_RETRY_SECONDS"])
    return {name: count for name, count in counts.items() if count}
