"""The worker: what this house does beside the requests (:mod:`app.foundation.duties`)."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.auth import chaining, housekeeping
from app.auth.checkup.models import BEATS
from app.auth.database import db
from app.auth.flows.people import reset_factor
from app.auth.flows.services import queued_notices
from app.auth.keys import timetable
from app.auth.notifications import delivery, relay
from app.auth.recoveries import rounds
from app.auth.streams import sending
from app.auth.tokens import logout_delivery
from app.foundation import broker, duties
from app.foundation.database import kept

PAUSE_SECONDS = 60
BEAT_SECONDS = 1  # apps are to hear of a sign-out, and people of a code, within seconds


@click.command("worker", help="Tell people and apps what happened, keep house, turn the keys over.")
@click.option("--once", is_flag=True, help="Do every duty once and stop.")
@with_appcontext
def run(once):
    """Do every duty in its time until stopped; SIGTERM or SIGINT lets those under way end."""
    queued = (
        {_relay: BEAT_SECONDS, _queued: 0, _notices: 0}
        if broker.current()
        else {_messages: BEAT_SECONDS}
    )
    timetable = queued | {
        _pushes: BEAT_SECONDS,
        _logouts: BEAT_SECONDS,
        _keys: PAUSE_SECONDS,
        _house: PAUSE_SECONDS,
        _recoveries: PAUSE_SECONDS,
        _record: BEAT_SECONDS,  # after all, so that one round links what it did itself
    }
    if sending.wanted():
        timetable[_streams] = BEAT_SECONDS
    duties.keep_at(timetable, attend, once=once)


def attend(duty):
    """Do one duty; see :func:`duties.attend`."""
    return duties.attend(
        db, duty, lambda done: duty in IN_BATCHES and delivery.is_full(done), BEATS.note
    )


def _messages():
    return delivery.deliver_due()


def _pushes():
    return delivery.deliver_pushes()


def _relay():
    return relay.publish_due()


def _queued():
    return relay.deliver_taken()


def _notices():
    return queued_notices.take()


def _logouts():
    return logout_delivery.deliver_due()


def _keys():
    with kept(db):
        done = timetable.keep()
    return {name: kids for name, kids in done.items() if kids}


def _house():
    counts = housekeeping.run(current_app.config["REFRESH_RETRY_SECONDS"])
    return {name: count for name, count in counts.items() if count}


def _recoveries():
    done = reset_factor.go() | rounds.go()  # what is due is done before it is told of again
    return {name: count for name, count in done.items() if count}


def _record():
    return chaining.seal()


def _streams():
    return sending.send_due()


IN_BATCHES = {_messages, _pushes, _relay, _streams}
