"""Send each stream on: one worker of many, in order, until it is taken.

A stream is claimed by one conditional UPDATE, and left to the next worker once the lease is over.
Where it has come to is kept after whoever is at the end took it: who dies between sends it again.
Neither a transaction nor a connection of the database is held while sending.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from flask import current_app

from app.auth.audit.chain import lines, reading
from app.auth.database import db, hot
from app.auth.keys import checkpoints
from app.auth.streams import syslog, webhook
from app.auth.streams.outcome import NotTaken
from app.foundation import clock
from app.foundation.database import let_go
from app.foundation.hot import Statement
from app.foundation.logs import log

BATCH = 100
WAITS = (1, 5, 15, 60, 300)  # seconds after each try that failed; the last for ever
ANCHORS = "anchors"  # the stream of heads; the others are of records
LEASE = timedelta(seconds=60)  # longer than any try takes


class Due(NamedTuple):
    """A stream that nobody is sending on, and where it has come to."""

    next: int


class Claimed(NamedTuple):
    """A stream that is ours to send on now; ``tries`` counts this one."""

    tries: int


class Part(NamedTuple):
    """What is to be sent: from where, up to where, and what it says."""

    start: int
    next: int
    said: object


class Way(NamedTuple):
    """A stream: the setting that names its end, what finds its next part, and what sends that."""

    setting: str
    find: Callable
    send: Callable


BEGIN = Statement(
    """INSERT INTO audit_streams (name, next, due_at, tries)
       SELECT CAST(:name AS varchar), 0, :now, 0
       WHERE NOT EXISTS (SELECT 1 FROM audit_streams WHERE name = :name)
       ON CONFLICT (name) DO NOTHING"""
)
DUE = Statement("SELECT next FROM audit_streams WHERE name = :name AND due_at <= :now", Due)
CLAIM = Statement(
    """UPDATE audit_streams SET due_at = :leased_until, tries = tries + 1
       WHERE name = :name AND due_at <= :now AND next = :start RETURNING tries""",
    Claimed,
)
TAKEN = Statement(
    """UPDATE audit_streams SET next = :next, due_at = :now, tries = 0, problem = NULL
       WHERE name = :name AND next = :start AND tries = :tries"""
)
FAILED = Statement(
    """UPDATE audit_streams SET due_at = :later, problem = :problem
       WHERE name = :name AND next = :start AND tries = :tries"""
)


def send_due():
    """Send the next part of each stream that is wanted; return how much of which was taken.

    A part holds :data:`BATCH` records at most.
    """
    counts = {name: _send_on(name, WAYS[name]) for name in wanted()}
    return {name: count for name, count in counts.items() if count}


def wanted():
    """Return the names of the streams that the settings name an end of."""
    return [name for name, way in WAYS.items() if current_app.config[way.setting]]


def _send_on(name, way):
    now = clock.now()
    hot.run(BEGIN, name=name, now=now)
    due = hot.first(DUE, name=name, now=now)
    part = due and way.find(due.next)
    let_go(db)
    if not part:
        return 0
    mine = {"name": name, "start": part.start}
    claimed = hot.first(CLAIM, **mine, now=now, leased_until=now + LEASE)
    if claimed is None:
        return 0
    try:
        way.send(part)
    except NotTaken as odd:
        wait = timedelta(seconds=WAITS[min(claimed.tries, len(WAITS)) - 1])
        later = clock.now() + wait
        hot.run(FAILED, **mine, tries=claimed.tries, later=later, problem=odd.reason)
        log.warning("a stream of the record was not taken", stream=name, reason=odd.reason)
        return 0
    hot.run(TAKEN, **mine, tries=claimed.tries, next=part.next, now=clock.now())
    return part.next - part.start


def _records(start):
    found = reading.page(db.session, start, BATCH)
    told = [lines.linked(row) for row in found]
    return Part(start, start + len(told), told) if told else None


def _newest_head(start):
    """The newest head tells all that the older ones did."""
    head = checkpoints.last()
    return Part(start, head.id + 1, head.signed) if head and head.id >= start else None


WAYS = {
    ANCHORS: Way("AUDIT_ANCHOR_URL", _newest_head, webhook.send_head),
    "syslog": Way("AUDIT_SYSLOG", _records, syslog.send_records),
    "webhook": Way("AUDIT_WEBHOOK_URL", _records, webhook.send_records),
}
