"""The outbox as an operator sees it: what waits, what was given up and why; never what it says."""

from sqlalchemy import select, update

from app.bank import records
from app.bank.database import db
from app.bank.outbox.models import BankNotice
from app.foundation import clock, database
from app.foundation.problems import NotFound, Problem

MOST = 200
STATES = {
    "waiting": BankNotice.due_at.is_not(None),
    "sent": BankNotice.sent_at.is_not(None),
    "given_up": BankNotice.given_up_at.is_not(None),
}


class Over(Problem):
    """The notice waits already, or was handed over."""

    code = "notice_over"
    status = 409
    description = "Only a notice that was given up can be retried."


def listed(state=None):
    """Return the newest notices in ``state`` (a name from :data:`STATES`), or in any."""
    query = select(BankNotice).order_by(BankNotice.created_at.desc()).limit(MOST)
    return db.session.scalars(query if state is None else query.where(STATES[state])).all()


def state_of(row):
    """Return the state of a notice, a name from :data:`STATES`."""
    if row.sent_at:
        return "sent"
    return "waiting" if row.due_at else "given_up"


def retry(notice_id):
    """Let a notice that was given up be tried for another day; return it.

    Raises NotFound. Raises Over.
    """
    now = clock.now()
    if db.session.get(BankNotice, notice_id) is None:
        raise NotFound
    again = update(BankNotice).where(BankNotice.id == notice_id, STATES["given_up"])
    again = again.values(due_at=now, created_at=now, tries=0, given_up_at=None, problem=None)
    if not database.write(db, again).rowcount:
        raise Over
    records.record(records.NOTICE_RETRIED, actor=records.OPERATOR, subject=notice_id)
    return db.session.get(BankNotice, notice_id, populate_existing=True)
