"""The outbox as an operator sees it: what waits, what is dead and why; never what it says."""

from sqlalchemy import select, update

from app.auth.database import db
from app.auth.notifications.models import OutboxMessage
from app.foundation import clock
from app.foundation.problems import NotFound, Problem

MOST = 200
STATES = {
    "waiting": OutboxMessage.due_at.is_not(None),
    "delivered": OutboxMessage.delivered_at.is_not(None),
    "dead": OutboxMessage.due_at.is_(None) & OutboxMessage.delivered_at.is_(None),
}


class Over(Problem):
    """The message waits already, was delivered, or is no longer worth it."""

    code = "message_over"
    status = 409
    description = "Only a dead message that is still worth delivering can be retried."


def listed(state=None):
    """Return the newest messages in ``state``, or in any."""
    query = select(OutboxMessage).order_by(OutboxMessage.created_at.desc()).limit(MOST)
    return db.session.scalars(query if state is None else query.where(STATES[state])).all()


def state_of(row):
    """Return the state of a message, a name from ``STATES``."""
    if row.delivered_at:
        return "delivered"
    return "waiting" if row.due_at else "dead"


def retry(message_id):
    """Let a dead message be tried again from its first try, under its own id; return it.

    Raises NotFound. Raises Over.
    """
    now = clock.now()
    if db.session.get(OutboxMessage, message_id) is None:
        raise NotFound
    again = (
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, STATES["dead"])
        .where(OutboxMessage.content_sealed.is_not(None), OutboxMessage.expires_at > now)
        .values(due_at=now, tries=0, problem=None)
        .returning(OutboxMessage)
        .execution_options(populate_existing=True)
    )
    row = db.session.scalar(again)
    if row is None:
        raise Over
    return row
