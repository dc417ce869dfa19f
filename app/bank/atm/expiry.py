"""What was not paid out in time: its voucher ends and its money is let go, once (F-20).

One conditional UPDATE decides between this and a validation at the same moment, so the hold goes
to one of them.
"""

from sqlalchemy import select, update

from app.bank import records
from app.bank.atm.models import WAITING, Withdrawal
from app.bank.database import db
from app.bank.ledger import holds
from app.bank.limits import spending
from app.bank.outbox import post
from app.foundation import clock, database

BATCH = 100

_rows = Withdrawal.__table__


def run_once():
    """End up to ``BATCH`` withdrawals that are due, each by itself; return how many, as a dict.

    For the worker: several at once each end their share. Nothing due: an empty dict.
    """
    due = select(_rows.c.id).where(WAITING, _rows.c.expires_at <= clock.now())
    found = db.session.scalars(due.order_by(_rows.c.expires_at).limit(BATCH)).all()
    ended = 0
    for withdrawal_id in found:
        with database.kept(db):
            ended += _end(_rows.c.id == withdrawal_id)
    return {"withdrawals_expired": ended} if ended else {}


def end_due(sub):
    """End the withdrawal of ``sub`` that is due, if there is one."""
    _end(_rows.c.owner_sub == sub)


def let_go(row, event, actor):
    """Let the money of a withdrawal just ended (its row) be spent again; tell its owner."""
    holds.release(row.hold_id, row.wallet_id)
    spending.give_back(row.wallet_id, row.amount_minor, row.made_at)
    records.record(event, actor=actor, subject=row.id)
    told = {"amount": row.amount_minor, "currency": row.currency, "at": row.ended_at}
    post.put(row.owner_sub, "withdrawal_released", **told)


def _end(condition):
    now = clock.now()
    ended = (
        update(_rows)
        .where(condition, WAITING, _rows.c.expires_at <= now)
        .values(state="expired", ended_at=now)
        .returning(*_rows.c)
    )
    row = db.session.execute(ended).first()
    if row is None:
        return False
    let_go(row, records.WITHDRAWAL_EXPIRED, records.SYSTEM)
    return True
