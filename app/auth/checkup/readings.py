"""Gauges of what this house does beside the requests, read from the database for `/metrics`."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select

from app.auth.audit.chain.models import Head, State
from app.auth.audit.models import QueuedRecord
from app.auth.checkup import checks
from app.auth.checkup.models import BEATS
from app.auth.database import db, hot
from app.auth.keys import ring
from app.auth.keys.models import has_begun
from app.auth.notifications.models import OutboxMessage
from app.auth.streams import sending
from app.auth.streams.models import Stream
from app.auth.tokens.models import LogoutNotice
from app.foundation import clock
from app.foundation.readings import Reading


def keys():
    """How old the keys that sign are, and when they turn."""
    now = clock.now()
    life = timedelta(days=current_app.config["SIGNING_KEY_DAYS"])
    published = hot.run(ring.PUBLISHED)
    actives = {row.alg: row.activated_at for row in published if row.state == "active"}
    signing = {
        row.alg: (now - row.activated_at).total_seconds()
        for row in sorted(published, key=lambda row: row.activated_at or now)
        if row.state in {"active", "retired"} and has_begun(row, now)
    }
    due = {alg: (since + life - now).total_seconds() for alg, since in actives.items()}
    yield Reading("signing_key_age_seconds", "How long the key has signed", signing, "alg")
    yield Reading("signing_key_rotates_seconds", "Until keys turn; below 0 is late", due, "alg")


def record():
    """How far the sealing of the record is behind."""
    refused = select(func.count()).where(QueuedRecord.refused_at.is_not(None))
    last = db.session.scalar(select(func.max(Head.at)))
    unsealed = checks.seconds_unsealed()
    yield Reading(
        "audit_unsealed_seconds", "How long the oldest record waits to be sealed", unsealed
    )
    yield Reading(
        "audit_refused_now", "Records that nobody here wrote, waiting", db.session.scalar(refused)
    )
    head = last and (clock.now() - last).total_seconds()
    yield Reading("audit_head_seconds", "Since the last head of the record was signed", head)


def streams():
    """How far each stream of the record is behind, of those that the settings name an end of."""
    found = {row.name: row for row in db.session.scalars(select(Stream))}
    records = db.session.scalar(select(State.size)) or 0
    heads = (db.session.scalar(select(func.max(Head.id))) or 0) + 1
    tries, behind = {}, {}
    for name in sending.wanted():
        row, end = found.get(name), heads if name == sending.ANCHORS else records
        tries[name] = row.tries if row else 0
        behind[name] = max(0, end - (row.next if row else 0))
    said = "Tries since the stream was last taken"
    yield Reading("audit_stream_tries", said, tries, "stream")
    said = "Records that the stream is behind; of anchors, heads"
    yield Reading("audit_stream_behind", said, behind, "stream")


def outboxes():
    """What waits to be told to people and apps, and what nobody will be told."""
    waiting = OutboxMessage.due_at.is_not(None)
    dead = OutboxMessage.due_at.is_(None) & OutboxMessage.delivered_at.is_(None)
    yield Reading(
        "outbox_oldest_seconds", "How long a message waits", _oldest(OutboxMessage, waiting)
    )
    yield Reading("outbox_waiting", "Messages that wait", _count(waiting))
    yield Reading("outbox_dead", "Messages that were given up, of seven days", _count(dead))
    tellings = LogoutNotice.due_at.is_not(None)
    yield Reading(
        "logout_oldest_seconds", "How long an app waits to hear", _oldest(LogoutNotice, tellings)
    )


def _oldest(model, which):
    oldest = db.session.scalar(select(func.min(model.created_at)).where(which))
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0


def _count(which):
    return db.session.scalar(select(func.count()).where(which))


def duties():
    """When the worker was last seen at each of its duties."""
    said = "Since each of the worker's duties was done"
    yield Reading("worker_duty_seconds", said, BEATS.ages(), "duty")


ALL = (keys, record, streams, outboxes, duties)
