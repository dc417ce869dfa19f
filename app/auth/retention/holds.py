"""Legal holds: a court or an authority wants what we have of a person to stay as it is."""

from flask import current_app
from sqlalchemy import exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.retention.models import LegalHold
from app.foundation import clock, database, ids
from app.foundation.problems import NotFound, Problem


class Held(Problem):
    """A hold stands already."""

    code = "held"
    status = 409
    description = "A hold stands on that person already."


def place(sub, reason):
    """Let nothing of ``sub`` be erased until it is released; return the hold's id.

    The caller holds the person's row, so that no erasure is under way. Raises Held.
    """
    hold_id = ids.new("hld")
    sealed = _ring().seal(reason.encode(), _place(hold_id))
    row = {"id": hold_id, "sub": sub, "reason_sealed": sealed, "placed_at": clock.now()}
    try:
        with db.session.begin_nested():
            db.session.execute(insert(LegalHold).values(row))
    except IntegrityError:
        raise Held from None
    trail.record(events.HOLD_PLACED, actor=events.OPERATOR, subject=sub, data={"hold": hold_id})
    return hold_id


def release(sub):
    """Let go of ``sub``; what was due meanwhile is erased by the next round. Raises NotFound."""
    mine = update(LegalHold).where(LegalHold.sub == sub, LegalHold.released_at.is_(None))
    done = database.write(db, mine.values(released_at=clock.now()).returning(LegalHold.id))
    hold_id = done.scalar()
    if hold_id is None:
        raise NotFound("No hold stands on that person.")
    trail.record(events.HOLD_RELEASED, actor=events.OPERATOR, subject=sub, data={"hold": hold_id})
    return hold_id


def listed():
    """Return the holds that stand, the oldest first, as ``(LegalHold, reason)``."""
    standing = select(LegalHold).where(LegalHold.released_at.is_(None))
    rows = db.session.scalars(standing.order_by(LegalHold.placed_at, LegalHold.id)).all()
    return [(row, _ring().open(row.reason_sealed, _place(row.id)).decode()) for row in rows]


def stand_on(sub):
    """Does a hold stand on ``sub``? Asked of who is held, so that none is placed meanwhile."""
    return db.session.scalar(select(stands(sub)))


def stands(sub):
    """SQL: a hold stands on the person whose ``sub`` is in that column."""
    return exists().where(LegalHold.sub == sub, LegalHold.released_at.is_(None))


def _place(hold_id):
    return f"legal_holds/{hold_id}/reason_sealed"


def _ring():
    return current_app.extensions["sealing"]
