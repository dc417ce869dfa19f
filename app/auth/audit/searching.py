"""Look through the record: by who, what, when and under which request, the last first.

A page goes on from a number, so that it holds whatever is written meanwhile, and costs the same at
a million records as at a hundred.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select, true

from app.auth.audit.events import TURNED_OVER
from app.auth.audit.models import AuditRecord
from app.auth.audit.reading import either, told
from app.auth.database import db

PAGE = 50
BATCH = 500  # lines read at a time for a file
_SLACK = timedelta(minutes=10)  # a record may be numbered before one that is older


class Asked(NamedTuple):
    """What is looked for; None: any. whose: public ids; until: not included.

    What turns over by the thousand is found by ``whose`` only where ``events`` name it: it would be
    looked for in the whole record. within: an SQL condition that says what may be seen.
    """

    whose: tuple | None = None
    events: tuple | None = None
    request_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    within: object = None


def page(asked, before=None):
    """Return the :class:`Line` list that fits, and whether there are more.

    before: the number of the line after which to go on.
    """
    lines = _lines(asked, before, PAGE + 1)
    return lines[:PAGE], len(lines) > PAGE


def batches(asked):
    """Yield lists of every :class:`Line` that fits, the last first."""
    before = None
    while lines := _lines(asked, before, BATCH):
        yield lines
        before = lines[-1].seq


def one(seq, within=None):
    """Return the :class:`Line` of that number, or None."""
    mine = select(AuditRecord).where(AuditRecord.seq == seq, true() if within is None else within)
    row = db.session.scalar(mine)
    return row and told(row)


def _lines(asked, before, most):
    fitting = list(_conditions(asked))
    if before is not None:
        fitting.append(AuditRecord.seq < before)
    last = AuditRecord.seq.desc()
    if asked.whose is not None:
        fitting = [_by(asked.whose, asked.events, fitting, last, most)]
    query = select(AuditRecord).where(*fitting).order_by(last).limit(most)
    return [told(row) for row in db.session.scalars(query)]


def _by(whose, events, fitting, order, most):
    """SQL: the record is among the first that are ``fitting`` and somebody's."""
    if events and any(name.startswith(TURNED_OVER) for name in events):
        sides = AuditRecord.actor.in_(whose), AuditRecord.subject.in_(whose)
        return and_(or_(*sides), *fitting)
    return AuditRecord.seq.in_(either(whose, *fitting, order=order, most=most))


def _conditions(asked):
    if asked.events is not None:
        yield AuditRecord.event.in_(asked.events)
    if asked.request_id is not None:
        yield AuditRecord.request_id == asked.request_id
    if asked.since is not None:
        yield AuditRecord.at >= asked.since
        yield AuditRecord.seq >= _number_at(asked.since - _SLACK)
    if asked.until is not None:
        yield AuditRecord.at < asked.until
        yield AuditRecord.seq <= _number_at(asked.until + _SLACK)
    if asked.within is not None:
        yield asked.within


def _number_at(moment):
    """The number of the first record at ``moment`` or later, found by halves: no index is needed.

    One more than the last when there is none.
    """
    first, last = db.session.execute(
        select(func.min(AuditRecord.seq), func.max(AuditRecord.seq))
    ).one()
    if first is None:
        return 1
    low, high = first, last + 1
    while low < high:
        middle = (low + high) // 2
        near = select(AuditRecord.seq, AuditRecord.at).where(AuditRecord.seq >= middle)
        seq, at = db.session.execute(near.order_by(AuditRecord.seq).limit(1)).one()
        if at < moment:
            low = seq + 1
        else:
            high = middle
    return low
