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
from app.auth.tokens import logout_delivery
from app.foundation import clock
from app.foundation.database import kept
from app.foundation.logs import log
from app.foundation.problems import Problem

PAUSE_SECONDS = 60
BEAT_SECONDS = 1  # apps are to hear of a sign-out within seconds
FAILED_SECONDS = 10  # a duty that failed is left alone so long at least


@click.command("worker", help="Tell apps of sign-outs, keep house, turn the keys over.")
@click.option("--once", is_flag=True, help="Do every duty once and stop.")
@with_appcontext
def run(once):
    """Do every duty in its time until stopped; SIGTERM or SIGINT lets the one under way end."""
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    rounds = {_logouts: BEAT_SECONDS, _keys: PAUSE_SECONDS, _house: PAUSE_SECONDS}
    due = dict.fromkeys(rounds, 0.0)
    while not stopped.is_set():
        for duty, pause in rounds.items():
            if clock.ticks() >= due[duty]:
                done = attend(duty)
                due[duty] = clock.ticks() + (pause if done else max(pause, FAILED_SECONDS))
        if once or stopped.wait(BEAT_SECONDS):
            return


def attend(duty):
    """Do one duty and return whether it could be done.

    A database that is away is logged, and the duty done another time.
    """
    try:
        done = duty()
    except (SQLAlchemyError, Problem) as error:
        db.session.rollback()
        log.error("duty failed", duty=duty.__name__, error=type(error).__name__)
        return False
    else:
        if done:
            log.info("duty done", duty=duty.__name__, **done)
        return True
    finally:
        db.session.remove()


def _logouts():
    return logout_delivery.deliver_due()


def _keys():
    with kept(db):
        done = rotation.keep_timetable()
    return {name: kids for name, kids in done.items() if kids}


def _house():
    counts = housekeeping.run(current_app.config["REFRESH_RETRY_SECONDS"])
    return {name: count for name, count in counts.items() if count}
