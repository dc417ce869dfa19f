"""Carry payments to the provider: once at the order, then by the worker, until it is known (S105).

The first try orders; whatever comes after asks first, and orders again under the same id only what
never arrived. A time-out says nothing: the payment stays pending, its money held, until the
provider says how it went. No transaction is open and no lock held while the provider is asked.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update

from app.bank import waits
from app.bank.database import db
from app.bank.payments import sealed, settling
from app.bank.payments.models import Payment
from app.bank.payments.providers import current
from app.bank.payments.providers.interface import (
    COMPLETED,
    PENDING,
    REFUSED,
    REVERSED,
    Asked,
    Outcome,
    Unclear,
)
from app.foundation import clock, database, metrics
from app.foundation.logs import log

AT_ONCE_SECONDS = 2  # the person waits
SECONDS = 5
BATCH = 20
# Longer than a whole batch may take: each is asked of, then ordered; to keep it takes a while too.
LEASE = timedelta(seconds=BATCH * 2 * SECONDS) + timedelta(minutes=1)
TOLD_AFTER = 3  # tries: then people hear that it waits
UNDELIVERED = timedelta(days=1)  # what never arrived by then is ordered no more
LOOKS = (3600, 6 * 3600, 86400, 3 * 86400)  # after it was completed; then never again

_payments = Payment.__table__


class Claimed(NamedTuple):
    """A payment that is ours to ask of now; ``tries`` counts this one since it stands so."""

    id: str
    kind: str
    owner_sub: str
    amount_minor: int
    currency: str
    payee_sealed: bytes
    state: str
    tries: int
    made_at: datetime


_CLAIMED = tuple(_payments.c[name] for name in Claimed._fields)


def asked(row):
    """Return the order of a payment's ``row`` as the provider is told of it."""
    to = sealed.opened(row)
    return Asked(row.id, row.kind, row.amount_minor, row.currency, to.to, to.carrier)


def first_try(payment_id):
    """Order the payment that was just kept; should nobody answer in time, it stays pending.

    A provider that has just failed to answer is left to the worker, so that nobody waits for it.
    """
    if current.is_resting():
        return
    row = db.session.execute(select(*_CLAIMED).where(_payments.c.id == payment_id)).one()
    database.let_go(db)
    _carry(Claimed(*row), _ordered, AT_ONCE_SECONDS)


def run_once():
    """Ask of the payments that are due, at most ``BATCH``; return how many went which way."""
    told = {}
    for one in _claim():
        way = _carry(one, _asked_first, SECONDS)
        told[way] = told.get(way, 0) + 1
    return told


def is_full(told):
    """Was that a whole batch, so that more may be due already?"""
    return sum(told.values()) >= BATCH


def _claim():
    now = clock.now()
    due = select(_payments.c.id).where(_payments.c.due_at <= now)
    due = due.order_by(_payments.c.due_at).limit(BATCH).with_for_update(skip_locked=True)
    mine = update(_payments).where(_payments.c.id.in_(due))
    mine = mine.values(due_at=now + LEASE, tries=_payments.c.tries + 1).returning(*_CLAIMED)
    with database.kept(db):
        return [Claimed(*row) for row in database.write(db, mine)]


def _ordered(one, seconds):
    return current.provider().pay(asked(one), seconds)


def _asked_first(one, seconds):
    """Ask; order what never arrived, unless it is too late for that by now."""
    found = current.provider().ask(asked(one), seconds)
    if found is not None:
        return found
    if one.state != PENDING:
        raise Unclear("forgotten")
    if clock.now() - one.made_at > UNDELIVERED:
        return Outcome(REFUSED, reason="undelivered")
    return _ordered(one, seconds)


def _carry(one, way, seconds):
    """Ask of ``one`` and keep what the answer means; return the state that was told."""
    try:
        outcome = way(one, seconds)
    except Unclear as unclear:
        current.rest()
        metrics.count("provider_answers", result="unclear")
        log.warning("payment unclear", id=one.id, tries=one.tries, reason=unclear.reason)
        _put_off(one, unclear.reason)
        return "unclear"
    metrics.count("provider_answers", result=outcome.state)
    with database.kept(db):
        _settle(one.id, outcome)
    if outcome.state == one.state:
        _put_off(one, None)
    elif (one.state, outcome.state) in {(COMPLETED, PENDING), (COMPLETED, REFUSED)}:
        log.error("provider contradicts itself", id=one.id, was=one.state, now=outcome.state)
        _put_off(one, "contradicted")
    return outcome.state


def _settle(payment_id, outcome):
    if outcome.state in {COMPLETED, REVERSED}:
        settling.complete(payment_id, outcome)
    if outcome.state == REFUSED:
        settling.refuse(payment_id, outcome)
    if outcome.state == REVERSED:
        settling.give_back(payment_id, outcome)


def _put_off(one, problem):
    """Ask of it again later, unless it went on meanwhile; completed ones only a few times."""
    done = one.state == COMPLETED
    wait = waits.after(one.tries + 1, LOOKS if done else waits.WAITS)
    due_at = None if done and one.tries >= len(LOOKS) else clock.now() + wait
    mine = update(_payments).where(_payments.c.id == one.id, _payments.c.state == one.state)
    with database.kept(db):
        changed = database.write(db, mine.values(due_at=due_at, problem=problem)).rowcount
        if changed and one.state == PENDING and one.tries == TOLD_AFTER:
            settling.tell(one, "payment_pending")
