"""The worker: what is done beside the requests, by one process or many.

Every duty takes row locks, so two workers at once do each thing once. Each has a thread of its own:
a mail server that hangs delays no app's notice.
"""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app.auth import housekeeping
from app.auth.database import db
from app.auth.keys import rotation
from app.auth.notifications import delivery, relay
from app.auth.recoveries import rounds
from app.auth.tokens import logout_delivery
from app.foundation import broker
from app.foundation.database import kept
from app.foundation.logs import log
from app.foundation.problems import Problem

PAUSE_SECONDS = 60
BEAT_SECONDS = 1  # apps are to hear of a sign-out, and people of a code, within seconds
MORE = "more"  # a duty filled its batch: the next may be due already
FAILED_SECONDS = 10  # a duty that failed is left alone so long at least


@click.command("worker", help="Tell people and apps what happened, keep house, turn the keys over.")
@click.option("--once", is_flag=True, help="Do every duty once and stop.")
@with_appcontext
def run(once):
    """Do every duty in its time until stopped; SIGTERM or SIGINT lets those under way end."""
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    queued = {_relay: BEAT_SECONDS, _queued: 0} if broker.current() else {_messages: BEAT_SECONDS}
    duties = queued | {
        _pushes: BEAT_SECONDS,
        _logouts: BEAT_SECONDS,
        _keys: PAUSE_SECONDS,
        _house: PAUSE_SECONDS,
        _recoveries: PAUSE_SECONDS,
    }
    if once:
        for duty in duties:
            attend(duty)
        return
    app = current_app._get_current_object()
    with ThreadPoolExecutor(len(duties), "duty") as threads:
        turns = [threads.submit(_keep_at, app, *each, stopped) for each in duties.items()]
    for turn in turns:
        turn.result()  # what ended one duty unforeseen ended all, and is told here


def _keep_at(app, duty, pause, stopped):
    """Do one duty again and again until ``stopped``."""
    try:
        while not stopped.is_set():
            with app.app_context():
                done = attend(duty)
            stopped.wait(_rest(done, pause))
    finally:
        stopped.set()


def _rest(done, pause):
    """Seconds to leave a duty alone: none when there is more to do."""
    if done is MORE:
        return 0
    return pause if done else max(pause, FAILED_SECONDS)


def attend(duty):
    """Do one duty and return whether it could be done, :data:`MORE` if it asks for its next turn.

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
        return MORE if duty in IN_BATCHES and delivery.is_full(done) else True
    finally:
        db.session.remove()


def _messages():
    return delivery.deliver_due()


def _pushes():
    return delivery.deliver_pushes()


def _relay():
    return relay.publish_due()


def _queued():
    return relay.deliver_taken()


def _logouts():
    return logout_delivery.deliver_due()


def _keys():
    with kept(db):
        done = rotation.keep_timetable()
    return {name: kids for name, kids in done.items() if kids}


def _house():
    counts = housekeeping.run(current_app.config["REFRESH_RETRY_SECONDS"])
    return {name: count for name, count in counts.items() if count}


def _recoveries():
    return {name: count for name, count in rounds.go().items() if count}


IN_BATCHES = {_messages, _pushes, _relay}
