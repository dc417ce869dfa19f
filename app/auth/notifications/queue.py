"""The outbox as an operator sees it: what waits, what is dead and why; never what it says."""

from datetime import timedelta

from sqlalchemy import select, update

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.notifications import letters, messages
from app.auth.notifications.models import OutboxMessage
from app.foundation import clock, database, masks, paging
from app.foundation.problems import NotFound, Problem
from app.foundation.sealing import CannotOpen

MOST = 200
STATES = {
    "waiting": OutboxMessage.due_at.is_not(None),
    "delivered": OutboxMessage.delivered_at.is_not(None),
    "dead": OutboxMessage.due_at.is_(None) & OutboxMessage.delivered_at.is_(None),
}
CHANNELS = messages.TOLD
AGES = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
ORDERS = {
    "newest": (OutboxMessage.created_at.desc(), OutboxMessage.id),
    "oldest": (OutboxMessage.created_at, OutboxMessage.id),
}


class Over(Problem):
    """The message waits already, was delivered, or is no longer worth it."""

    code = "message_over"
    status = 409
    description = "Only a dead message that is still worth delivering can be retried."


def look(*, state=None, channel=None, age=None, order="newest", page=1):
    """Return the :class:`~app.foundation.paging.Found` page of messages that fit.

    state: a name in :data:`STATES`; channel: one of :data:`CHANNELS`; age: how old at least, a name
    in :data:`AGES`; order: a name in :data:`ORDERS`.
    """
    query = _fitting(state, channel, age)
    return paging.paged(db.session, query, ORDERS.get(order, ORDERS["newest"]), page)


def batches(*, state=None, channel=None, age=None, order="newest"):
    """Yield lists of every message that fits, as :func:`look` would show them on all pages."""
    order = ORDERS.get(order, ORDERS["newest"])
    return paging.batches(db.session, _fitting(state, channel, age), order, OutboxMessage.id)


def get(message_id):
    """Return the message. Raises NotFound."""
    row = db.session.get(OutboxMessage, message_id)
    if row is None:
        raise NotFound
    return row


def recipient(row):
    """Return to whom a message goes, a part of it hidden; None once that was wiped."""
    if row.content_sealed is None:
        return None
    try:
        to = letters.open(row.id, row.content_sealed).recipient
    except CannotOpen:
        return None
    return masks.phone(to) if row.channel == messages.SMS else masks.email(to)


def may_be_retried(row):
    """Is it dead, and still worth delivering?"""
    whole = row.content_sealed is not None and row.expires_at > clock.now()
    return state_of(row) == "dead" and whole


def listed(state=None):
    """Return the newest messages in ``state``, or in any."""
    query = select(OutboxMessage).order_by(OutboxMessage.created_at.desc()).limit(MOST)
    return db.session.scalars(query if state is None else query.where(STATES[state])).all()


def state_of(row):
    """Return the state of a message, a name from ``STATES``."""
    if row.delivered_at:
        return "delivered"
    return "waiting" if row.due_at else "dead"


def retry(message_id, *, by=events.OPERATOR):
    """Let a dead message be tried again from its first try, under its own id; return it.

    Raises NotFound. Raises Over.
    """
    get(message_id)
    again = _again().where(OutboxMessage.id == message_id).returning(OutboxMessage)
    row = db.session.scalar(again.execution_options(populate_existing=True))
    if row is None:
        raise Over
    trail.record(events.MESSAGE_RETRIED, actor=by, subject=message_id)
    return row


def retry_all(*, by=events.OPERATOR):
    """Let every dead message that is still worth it be tried again; return how many."""
    count = database.write(db, _again()).rowcount
    if count:
        trail.record(events.MESSAGE_RETRIED, actor=by, subject=None, data={"messages": count})
    return count


def _again():
    now = clock.now()
    dead = update(OutboxMessage).where(STATES["dead"], OutboxMessage.expires_at > now)
    whole = dead.where(OutboxMessage.content_sealed.is_not(None))
    return whole.values(due_at=now, tries=0, problem=None)


def _fitting(state, channel, age):
    fitting = [STATES[state]] if state in STATES else []
    if channel in CHANNELS:
        fitting.append(OutboxMessage.channel == channel)
    if age in AGES:
        fitting.append(OutboxMessage.created_at < clock.now() - AGES[age])
    return select(OutboxMessage).where(*fitting)
