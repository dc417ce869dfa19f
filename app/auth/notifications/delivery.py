"""Deliver what is in the outbox: the worker's duty, by one worker or many (S9).

A message is claimed by one conditional UPDATE: of many who would deliver it one sends it, and who
dies meanwhile leaves it to the next once the lease is over. So it arrives at least once, always
under the same id. Neither a transaction nor a database's connection is held while sending.

Pushes go to addresses that people's browsers gave: they are a duty of their own, so that services
that never answer delay no mail.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import NamedTuple

from flask import current_app
from jinja2 import TemplateError

from app.auth.audit import events, trail
from app.auth.database import hot
from app.auth.notifications import letters, mailbox, messages, post, rendering
from app.auth.notifications.channels import mail, push, sms
from app.auth.notifications.channels.outcome import Undelivered
from app.foundation import clock
from app.foundation.hot import Chain, Statement
from app.foundation.logs import log
from app.foundation.sealing import CannotOpen

WAITS = (15, 60, 300, 900, 3600, 10_800, 21_600, 43_200)  # seconds after each try: a day in all
LEASE = timedelta(minutes=2)  # longer than any try takes
LEFT_ALONE = timedelta(seconds=15)  # a channel that is away; its messages wait and lose nothing
SIDE_BY_SIDE = 8
BATCH = 64
CHANNELS = {messages.MAIL: mail.send, messages.SMS: sms.send, messages.PUSH: push.send}


class Due(NamedTuple):
    """A message to be delivered."""

    id: str


class Claimed(NamedTuple):
    """A message that is ours to deliver now; ``tries`` counts this one."""

    id: str
    message: str
    channel: str
    subscription_id: str | None
    content_sealed: bytes
    locale: str
    created_at: datetime
    expires_at: datetime
    tries: int


class GaveUp(NamedTuple):
    """A message that nobody tries any more."""

    id: str


_DUE = """SELECT id FROM outbox_messages
    WHERE due_at <= :now AND channel {} 'push' ORDER BY due_at LIMIT :most"""
DUE = Statement(_DUE.format("<>"), Due)
DUE_PUSHES = Statement(_DUE.format("="), Due)
_CLAIM = """UPDATE outbox_messages SET due_at = :leased_until, tries = tries + 1
    WHERE id = :id AND due_at {} :until
    RETURNING id, message, channel, subscription_id, content_sealed, locale, created_at,
        expires_at, tries"""
CLAIM = Statement(_CLAIM.format("<="), Claimed)
CLAIM_RELAYED = Statement(_CLAIM.format("="), Claimed)
DELIVERED = Statement(
    """UPDATE outbox_messages SET delivered_at = :now, due_at = NULL, problem = NULL,
           content_sealed = CASE WHEN :kept THEN content_sealed END
       WHERE id = :id AND delivered_at IS NULL"""
)
GIVEN_UP = Chain(
    """UPDATE outbox_messages SET due_at = NULL, problem = :problem,
           content_sealed = CASE WHEN :kept THEN content_sealed END
       WHERE id = :id AND tries = :tries AND due_at IS NOT NULL RETURNING id""",
    GaveUp,
    trail.link("won.id"),
)
AGAIN = Statement(
    """UPDATE outbox_messages SET due_at = :later, problem = :problem
       WHERE id = :id AND tries = :tries AND due_at IS NOT NULL"""
)
POSTPONE = Statement(
    "UPDATE outbox_messages SET due_at = :later WHERE channel = :channel AND due_at <= :now"
)


def deliver_due():
    """Try mails and SMS that are due, a batch of them; return how many went which way.

    The ways are ``delivered``, ``failed`` (it is tried again later) and ``given_up``.
    """
    return _deliver(DUE)


def deliver_pushes():
    """Try pushes that are due, as :func:`deliver_due` does."""
    return _deliver(DUE_PUSHES)


def is_full(ways):
    """Was that a whole batch, so that more may be due already?"""
    return sum(ways.values()) >= BATCH


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
    if failure:
        told = {"message": message_id, "kind": claimed.message, "channel": claimed.channel}
        log.warning("message not delivered", **told, reason=failure.reason, result=way)
    return way


def side_by_side(deed, found):
    """Do ``deed`` to each of ``found``, several at once; return how many went which way.

    Mails of one thread go over one connection.
    """
    if not found:
        return {}
    app, rest = current_app._get_current_object(), SimpleQueue()
    for each in found:
        rest.put(each)

    def some(_):
        with app.app_context(), mail.one_connection():
            return [deed(each) for each in _taken(rest)]

    crowd = min(SIDE_BY_SIDE, len(found))
    with ThreadPoolExecutor(crowd, "deliver") as threads:
        return dict(Counter(way for ways in threads.map(some, range(crowd)) for way in ways if way))


def _taken(rest):
    try:
        while True:
            yield rest.get_nowait()
    except Empty:
        return


def _deliver(due):
    now = clock.now()
    found = hot.run(due, now=now, most=BATCH)
    return side_by_side(lambda one: attempt(one.id, now), found)


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
        CHANNELS[claimed.channel](claimed, letter.recipient, written)
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
        hot.run(GIVEN_UP, **mine, kept=now < claimed.expires_at, **_recorded(claimed, failure))
        return "given_up"
    seconds = max(WAITS[claimed.tries - 1], min(failure.wait, WAITS[-1]))
    hot.run(AGAIN, **mine, later=now + timedelta(seconds=seconds))
    return "failed"


def _recorded(claimed, failure):
    """What the record says of giving a message up: not to whom it went."""
    told = {"message": claimed.message, "channel": claimed.channel, "problem": failure.reason}
    told |= {"tries": claimed.tries}
    return trail.values(events.MESSAGE_GIVEN_UP, actor=events.SYSTEM, data=told)
