"""What became of the cash: paid out, or not and the money goes back; each once.

Nothing is given back by itself: cash that nobody has reported may be in somebody's hand, so what
is overdue is the operator's to settle.
"""

from datetime import timedelta

from flask import current_app
from sqlalchemy import select, update

from app.bank import records
from app.bank.atm import agents, terminals
from app.bank.atm.models import UNSETTLED, Terminal, Withdrawal
from app.bank.atm.orders import DISPENSED
from app.bank.database import db
from app.bank.ledger import entries
from app.bank.limits import spending
from app.bank.outbox import post
from app.foundation import clock
from app.foundation.problems import NotFound, Problem

_rows, _terminals = Withdrawal.__table__, Terminal.__table__
_NOTICES = {"dispensed": "withdrawal_done", "reversed": "withdrawal_released"}


class Settled(Problem):
    """The other outcome was reported before."""

    code = "already_settled"
    status = 409
    description = "This dispense was reported otherwise before. Nothing has moved."


def report(told, client_id):
    """Settle a dispense as its terminal tells (:class:`orders.Outcome`); return its row.

    The same told again changes nothing. Raises UnknownTerminal, NotFound, Settled.
    """
    terminals.check(told.terminal_id, client_id)
    here = _rows.c.dispense_id == told.dispense_id, _rows.c.terminal_id == told.terminal_id
    return _settle(here, told.outcome, client_id)


def settle(dispense_id, outcome):
    """Settle a dispense as the operator found it; return its row. Raises NotFound, Settled."""
    return _settle((_rows.c.dispense_id == dispense_id,), outcome, records.OPERATOR)


def unsettled(*, overdue):
    """Return the rows of the dispenses nobody has reported, the oldest first.

    overdue: those alone that are older than ``DISPENSE_OVERDUE_SECONDS``.
    """
    found = select(_rows).where(UNSETTLED).order_by(_rows.c.validated_at)
    if overdue:
        seconds = current_app.config["DISPENSE_OVERDUE_SECONDS"]
        latest = clock.now() - timedelta(seconds=seconds)
        found = found.where(_rows.c.validated_at <= latest)
    return db.session.execute(found).all()


def _settle(named, outcome, actor):
    state = "dispensed" if outcome == DISPENSED else "reversed"
    once = update(_rows).where(*named, _rows.c.state == "validated")
    once = once.values(state=state, ended_at=clock.now()).returning(*_rows.c)
    row = db.session.execute(once).first()
    if row is None:
        return _before(named, state)
    told = {"amount": row.amount_minor, "currency": row.currency, "terminal": row.terminal_id}
    if state == "reversed":
        told["entry"] = _give_back(row)
    event = records.WITHDRAWAL_DISPENSED if state == "dispensed" else records.WITHDRAWAL_REVERSED
    records.record(event, actor=actor, subject=row.id, data=told)
    money = {"amount": row.amount_minor, "currency": row.currency, "at": row.ended_at}
    post.put(row.owner_sub, _NOTICES[state], **money)
    return row


def _before(named, state):
    row = db.session.execute(select(_rows).where(*named)).first()
    if row is None:
        raise NotFound("There is no such dispense.")
    if row.state != state:
        raise Settled
    return row


def _give_back(row):
    """Move the money from the terminal's cash back to its owner; return the entry's id."""
    cash = select(_terminals.c.cash_wallet_id).where(_terminals.c.id == row.terminal_id)
    cash_wallet_id = db.session.scalar(cash)
    entries.lock(row.wallet_id, cash_wallet_id)
    changes = {cash_wallet_id: -row.amount_minor, row.wallet_id: row.amount_minor}
    posted = entries.post("reversal", changes, currency=row.currency, client_id=row.client_id)
    agents.give_back(row.terminal_id, row.amount_minor, row.validated_at)
    spending.give_back(row.wallet_id, row.amount_minor, row.made_at)
    return posted.id
