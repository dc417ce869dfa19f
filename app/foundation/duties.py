"""What is done beside the requests, by one process or many, until somebody says stop.

Each duty has a thread of its own, so that one that hangs delays no other; each takes row locks, so
that two workers at once do each thing once.
"""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.logs import log
from app.foundation.problems import Problem

MORE = "more"  # a duty filled its batch: the next may be due already
FAILED_SECONDS = 10  # a duty that failed is left alone so long at least


def keep_at(duties, attend, *, once=False):
    """Do each of ``duties`` (duty → seconds between) in its time; SIGTERM or SIGINT ends it.

    Those under way end first. attend: does one and returns whether it could be done,
    :data:`MORE` if it asks for its next turn. once: each once, and no more.
    """
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    if once:
        for duty in duties:
            attend(duty)
        return
    app = current_app._get_current_object()
    with ThreadPoolExecutor(len(duties), "duty") as threads:
        turns = [
            threads.submit(_again_and_again, app, attend, duty, seconds, stopped)
            for duty, seconds in duties.items()
        ]
    for turn in turns:
        turn.result()  # what ended one duty unforeseen ended all, and is told here


def attend(database, duty, has_more, note):
    """Do one duty, and tell the log what it did; see :func:`keep_at`.

    has_more: says of what it did whether its next turn is due; note: is told its name once it is
    done. A database that is away is logged, and the duty done another time.
    """
    name = duty.__name__.lstrip("_")
    try:
        done = duty()
        note(name)
    except (SQLAlchemyError, Problem) as error:
        database.session.rollback()
        log.error("duty failed", duty=name, error=type(error).__name__)
        return False
    else:
        if done:
            log.info("duty done", duty=name, **done)
        return MORE if has_more(done) else True
    finally:
        database.session.remove()


def _again_and_again(app, attend, duty, pause, stopped):
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
