"""Deliver what is in the outbox: the worker's duty, by one worker or many (S9).

A message is claimed by one conditional UPDATE: of many who would deliver it one sends it, and who
dies meanwhile leaves it to the next once the lease is over. So it arrives at least once, always
under the same id. Neither a transaction nor a connection is held while sending.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from jinja2 import TemplateError

from app.auth.database import hot
from app.auth.notifications import letters, mailbox, messages, post, rendering
from app.auth.notifications.channels import mail, sms
from app.auth.notifications.channels.outcome import Undelivered
from app.foundation import clock, metrics
from app.foundation.hot import Statement
from app.foundation.logs import log
from app.foundation.sealing import CannotOpen

WAITS = (15, 60, 300, 900, 3600, 10_800, 21_600, 43_200)  # seconds after each try: a day in all
LEASE = timedelta(minutes=2)  # longer than any try takes
LEFT_ALONE = timedelta(seconds=15)  # a channel that is away; its messages wait and lose nothing
SIDE_BY_SIDE = 8
BATCH = 64
CHANNELS = {messages.MAIL: mail.send, messages.SMS: sms.send}


class Due(NamedTuple):
    """A message to be delivered."""

    id: str


class Claimed(NamedTuple):
    """A message that is ours to deliver now; ``tries`` counts this one."""

    id: str
    message: str
    channel: str
    content_sealed: bytes
    locale: str
    created_at: datetime
    expires_at: datetime
    tries: int


class Waiting(NamedTuple):
    """How many are not over."""

    count: int


DUE = Statement(
    "SELECT id FROM outbox_messages WHERE due_at <= :now ORDER BY due_at LIMIT :most", Due
)
WAITING = Statement("SELECT count(*) FROM outbox_messages WHERE due_at IS NOT NULL", Waiting)
_CLAIM = """UPDATE outbox_messages SET due_at = :leased_until, tries = tries + 1
    WHERE id = :id AND due_at {} :until
    RETURNING id, message, channel, content_sealed, locale, created_at, expires_at, tries"""
CLAIM = Statement(_CLAIM.format("<="), Claimed)
CLAIM_RELAYED = Statement(_CLAIM.format("="), Claimed)
DELIVERED = Statement(
    """UPDATE outbox_messages SET delivered_at = :now, due_at = NULL, problem = NULL,
           content_sealed = CASE WHEN :kept THEN content_sealed END
       WHERE id = :id AND delivered_at IS NULL"""
)
GIVEN_UP = Statement(
    """UPDATE outbox_messages SET due_at = NULL, problem = :problem,
           content_sealed = CASE WHEN :kept THEN content_sealed END
       WHERE id = :id AND tries = :tries AND due_at IS NOT NULL"""
)
AGAIN = Statement(
    """UPDATE outbox_messages SET due_at = :later, problem = :problem
       WHERE id = :id AND tries = :tries AND due_at IS NOT NULL"""
)
POSTPONE = Statement(
    "UPDATE outbox_messages SET due_at = :later WHERE channel = :channel AND due_at <= :now"
)


def deliver_due():
    """Try messages that are due, a batch of them; return how many went which way.

    The ways are ``delivered``, ``failed`` (it is tried again later) and ``given_up``.
    """
    now = clock.now()
    found = hot.run(DUE, now=now, most=BATCH)
    ways = side_by_side(lambda due: attempt(due.id, now), found)
    measure()
    return ways


def measure():
    """Tell the metrics how many messages are not over."""
    metrics.level("mail_queue", hot.first(WAITING).count)


def attempt(message_id, until, claim=CLAIM):
    """Deliver a message that is due by ``until``; return how it went, None when another has it."""
    leased_until = clock.now() + LEASE
    claimed = hot.first(claim, id=message_id, until=until, leased_until=leased_until)
    if claimed is None:
        return None
    try:
        _send(claimed)
        failure = None
    except Undelivered as error:
        failure = error
    way = _settle(claimed, failure)
    metrics.count("messages", channel=claimed.channel, result=way)
    if failure:
        told = {"message": message_id, "kind": claimed.message, "channel": claimed.channel}
        log.warning("message not delivered", **told, reason=failure.reason, result=way)
    return way


def side_by_side(deed, found):
    """Do ``deed`` to each of ``found``, several at once; return how many went which way."""
    if not found:
        return {}
    app = current_app._get_current_object()

    def one(each):
        with app.app_context():
            return deed(each)

    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(found)), "deliver") as threads:
        return dict(Counter(way for way in threads.map(one, found) if way))


def _send(claimed):
    """Write the message out and hand it to its channel. Raises Undelivered."""
    if claimed.expires_at <= clock.now():
        raise Undelivered("expired", final=True)
    try:
        letter = letters.open(claimed.id, claimed.content_sealed)
        written = rendering.write(
            claimed.id, claimed.message, claimed.channel, claimed.locale, letter.context
        )
    except CannotOpen:
        raise Undelivered("sealed", final=True) from None
    except (LookupError, ValueError, TemplateError):
        raise Undelivered("unwritable", final=True) from None
    if current_app.config[post.SENDERS[claimed.channel]]:
        CHANNELS[claimed.channel](claimed.id, letter.recipient, written, claimed.created_at)
    elif not post.offers(claimed.channel):
        raise Undelivered("no_sender", final=True)


def _settle(claimed, failure):
    """Keep how a try went; what a message said is wiped once no try is left to anybody."""
    now = clock.now()
    if failure is None:
        hot.run(DELIVERED, id=claimed.id, now=now, kept=mailbox.keeps())
        return "delivered"
    mine = {"id": claimed.id, "tries": claimed.tries, "problem": failure.reason}
    if failure.away:
        hot.run(AGAIN, **mine, later=now + LEFT_ALONE)
        hot.run(POSTPONE, channel=claimed.channel, now=now, later=now + LEFT_ALONE)
        return "failed"
    if failure.final or claimed.tries > len(WAITS):
        hot.run(GIVEN_UP, **mine, kept=now < claimed.expires_at)
        return "given_up"
    hot.run(AGAIN, **mine, later=now + timedelta(seconds=WAITS[claimed.tries - 1]))
    return "failed"
