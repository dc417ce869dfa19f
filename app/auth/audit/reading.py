"""Reading the record: what happened to one person, a page at a time."""

import json
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, union

from app.auth.audit.events import UNTOLD
from app.auth.audit.models import ABOUT_PEOPLE, AuditRecord
from app.auth.database import db

PAGE = 25


class Line(NamedTuple):
    """One thing that happened. data: what the record says of it beside, a dict."""

    seq: int
    at: datetime
    event: str
    actor: str
    subject: str | None
    data: dict
    request_id: str | None = None


def of_person(sub, events, *, oldest_first=False, past=None):
    """Return a page of the :class:`Line` list of what ``sub`` did or what befell them.

    events: names of the catalogue; past: the number of the line after which to go on. One line
    more than a page is returned where there are more.
    """
    order = AuditRecord.seq if oldest_first else AuditRecord.seq.desc()
    onwards = [AuditRecord.seq > past if oldest_first else AuditRecord.seq < past] if past else []
    fitting = (AuditRecord.event.in_(events), *onwards)
    numbers = either([sub], *fitting, order=order, most=PAGE + 1)
    lines = select(AuditRecord).where(AuditRecord.seq.in_(numbers))
    rows = db.session.scalars(lines.order_by(order).limit(PAGE + 1)).all()
    return [told(row) for row in rows]


def moments(sub, event, most=100):
    """Return when ``sub`` last did ``event``, ``most`` times at most, the last first."""
    mine = (AuditRecord.actor == sub) & (AuditRecord.event == event)
    asked = select(AuditRecord.at).where(ABOUT_PEOPLE, mine).order_by(AuditRecord.seq.desc())
    return db.session.scalars(asked.limit(most)).all()


def did(actor, event, sub, since):
    """Did ``actor`` do ``event`` to ``sub`` after ``since``?"""
    both = (AuditRecord.subject == sub) & (AuditRecord.actor == actor)
    one = select(AuditRecord.seq).where(
        ABOUT_PEOPLE, both, AuditRecord.event == event, AuditRecord.at > since
    )
    return db.session.scalar(one.limit(1)) is not None


def count(sub, event, since, most=100):
    """Return how often ``event`` befell ``sub`` after ``since``, up to ``most``."""
    mine = (AuditRecord.subject == sub) & (AuditRecord.event == event) & (AuditRecord.at > since)
    last = select(AuditRecord.seq).where(ABOUT_PEOPLE, mine).order_by(AuditRecord.seq.desc())
    return db.session.scalar(select(func.count()).select_from(last.limit(most).subquery()))


def everything(sub):
    """Yield every :class:`Line` of what ``sub`` did or what befell them, oldest first.

    Less what they are not told: it is for them to take along.
    """
    mine = AuditRecord.seq.in_(either([sub], AuditRecord.event.not_in(UNTOLD)))
    for row in db.session.scalars(select(AuditRecord).where(mine).order_by(AuditRecord.seq)):
        yield told(row)


def either(ids, *fitting, order=None, most=None):
    """SQL: the numbers of what ``ids`` (public ones) did or what befell them, if it is ``fitting``.

    Of what :data:`ABOUT_PEOPLE` names alone, and side by side: each has an index, and an OR of both
    would use neither. most: of each side, the first in ``order``; None: all.
    """
    sides = (
        select(AuditRecord.seq)
        .where(ABOUT_PEOPLE, side.in_(ids), *fitting)
        .order_by(order)
        .limit(most)
        .subquery()
        for side in (AuditRecord.actor, AuditRecord.subject)
    )
    numbers = union(*(select(side.c.seq) for side in sides)).subquery()
    return select(numbers.c.seq)


def told(row):
    """Return the :class:`Line` that a row is."""
    data = json.loads(row.data) if row.data else {}
    return Line(row.seq, row.at, row.event, row.actor, row.subject, data, row.request_id)
