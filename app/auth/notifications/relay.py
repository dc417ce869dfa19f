"""With ``BROKER_URL``: what is due goes through a queue, so that many machines deliver it.

The outbox stays the truth. A message is put in the queue by its id and the moment at which it is
due again should nobody have taken it by then; who takes it claims it for exactly that moment, so a
second copy, or one that somebody slipped in, is nothing to anybody. Pushes take no part: how long
they take others decide, and whoever waits for a code is not to wait for them.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from app.auth.database import hot
from app.auth.notifications import delivery
from app.foundation import broker, clock
from app.foundation.hot import Statement
from app.foundation.logs import log
from app.foundation.problems import Unavailable

RELAYED = timedelta(minutes=2)  # then it is asked again
SECONDS = 1  # how long to wait for something to come


class Relayed(NamedTuple):
    """A message on its way through the queue."""

    id: str


RELAY = Statement(
    """UPDATE outbox_messages SET due_at = :until WHERE due_at <= :now AND id IN (
           SELECT id FROM outbox_messages WHERE due_at <= :now AND channel <> 'push'
           ORDER BY due_at LIMIT :most)
       RETURNING id""",
    Relayed,
)
PUT_BACK = Statement(
    "UPDATE outbox_messages SET due_at = :later WHERE id = :id AND due_at = :until"
)


def publish_due():
    """Put what is due in the queue, a batch of it; return how many.

    Raises Unavailable: when the broker is away; they are due again a moment later.
    """
    now = clock.now()
    until = now + RELAYED
    found = [row.id for row in hot.run(RELAY, now=now, until=until, most=delivery.BATCH)]
    if not found:
        return {}
    try:
        due_at = until.isoformat()
        broker.current().publish({each: {"id": each, "due_at": due_at} for each in found})
    except Unavailable:
        for each in found:
            hot.run(PUT_BACK, id=each, until=until, later=now + delivery.LEFT_ALONE)
        raise
    return {"relayed": len(found)}


def deliver_taken():
    """Deliver what comes out of the queue; return how many went which way. Raises Unavailable."""
    with broker.current().taken(delivery.BATCH, SECONDS) as bodies:
        return delivery.side_by_side(_one, [each for each in map(_read, bodies) if each])


def _one(named):
    message_id, until = named
    return delivery.attempt(message_id, until, delivery.CLAIM_RELAYED)


def _read(body):
    """The id and the moment that a body names; None for what is no message of ours."""
    try:
        return body["id"], datetime.fromisoformat(body["due_at"])
    except (TypeError, KeyError, ValueError):
        log.warning("not a message of ours in the queue")
        return None
