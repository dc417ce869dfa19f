"""Hand over what is in the outbox: the worker's duty, by one worker or many (S9, F03).

A batch is claimed by one statement, for longer than a try may take; who dies meanwhile leaves it to
the next. So each notice arrives at least once, always under the same id, by which it is told once.
Neither a transaction nor a lock is held while handing over.
"""

import json
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update

from app.bank import records, waits
from app.bank.database import db
from app.bank.outbox import ways
from app.bank.outbox.models import BankNotice
from app.foundation import clock, database
from app.foundation.logs import log

GIVEN_UP_AFTER = timedelta(days=1)
LEASE = timedelta(minutes=2)
BATCH = 64

_notices = BankNotice.__table__


class Claimed(NamedTuple):
    """A notice that is ours to hand over now; ``tries`` counts this one."""

    id: str
    sub: str
    notice: str
    data: str  # JSON
    created_at: datetime
    tries: int

    @property
    def body(self):
        """What is handed over (a dict)."""
        data = json.loads(self.data)
        return {"id": self.id, "sub": self.sub, "notice": self.notice, "data": data}


def hand_over():
    """Hand over what is due, a batch of it, oldest first; return how many went which way.

    The ways are ``sent``, ``failed`` (it is tried again later) and ``given_up``.
    """
    claimed = _claim()
    outcomes = ways.current()([one.body for one in claimed]) if claimed else {}
    failed = {one: outcomes[one.id] for one in claimed if one.id in outcomes}
    sent = [one.id for one in claimed if one.id not in outcomes]
    with database.kept(db):
        if sent:
            _mark(sent, sent_at=clock.now(), due_at=None, data=None, problem=None)
        over = [one for one, outcome in failed.items() if _put_off(one, outcome)]
    told = {"sent": len(sent), "failed": len(failed) - len(over), "given_up": len(over)}
    return {way: count for way, count in told.items() if count}


def is_full(told):
    """Was that a whole batch, and none of it failed, so that more may be due already?"""
    return told.get("sent", 0) + told.get("given_up", 0) >= BATCH


def _claim():
    now = clock.now()
    due = select(_notices.c.id).where(_notices.c.due_at <= now)
    due = due.order_by(_notices.c.due_at, _notices.c.created_at).limit(BATCH)
    mine = (
        update(_notices)
        .where(_notices.c.id.in_(due.with_for_update(skip_locked=True)))
        .values(due_at=now + LEASE, tries=_notices.c.tries + 1)
        .returning(*(_notices.c[name] for name in Claimed._fields))
    )
    with database.kept(db):
        rows = database.write(db, mine).all()
    return sorted((Claimed(*row) for row in rows), key=lambda one: one.created_at)


def _put_off(one, failure):
    """Keep that a try failed; return whether there is none after it."""
    now = clock.now()
    over = failure.final or now - one.created_at >= GIVEN_UP_AFTER
    due_at = None if over else now + waits.after(one.tries)
    _mark([one.id], due_at=due_at, given_up_at=now if over else None, problem=failure.reason)
    told = {"notice": one.notice, "tries": one.tries, "problem": failure.reason}
    if over:
        records.record(records.NOTICE_GIVEN_UP, actor=records.SYSTEM, subject=one.id, data=told)
    log.warning("notice not taken", id=one.id, given_up=over, **told)
    return over


def _mark(ids, **values):
    """Settle those, unless somebody else did meanwhile."""
    mine = _notices.c.id.in_(ids), _notices.c.sent_at.is_(None), _notices.c.given_up_at.is_(None)
    database.write(db, update(_notices).where(*mine).values(values))
