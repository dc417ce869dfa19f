"""A person's side of cash: order it, which holds the money; see what became of it; cancel it."""

from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select, update

from app.bank import records
from app.bank.atm import expiry, vouchers
from app.bank.atm.models import AGENT, MACHINE, WAITING, Terminal, Withdrawal
from app.bank.database import db
from app.bank.deeds import approval
from app.bank.deeds.pending import Ordered, Payee
from app.bank.ledger import entries, holds, spendable
from app.bank.outbox import post
from app.foundation import clock, ids
from app.foundation.problem_documents import wrong
from app.foundation.problems import NotFound, Problem

_rows, _terminals = Withdrawal.__table__, Terminal.__table__
# Whom the approval names: fixed, so it stands in the signed deed in the bank's first language.
_PAYEES = {
    MACHINE: Payee(MACHINE, "Caixa eletrônico"),
    AGENT: Payee(AGENT, "Agente de saque"),
}


class NotDispensable(Problem):
    """No machine has notes for it, or it is too much at once."""

    code = "not_dispensable"
    status = 422
    description = "Cash is paid out in whole notes, up to a limit."


class StillWaiting(Problem):
    """Another withdrawal of this person waits; each has one at a time."""

    code = "withdrawal_waiting"
    status = 409
    description = "Another withdrawal is waiting. Use it, cancel it, or let it expire."


class Over(Problem):
    """There is nothing left to cancel."""

    code = "withdrawal_over"
    status = 409
    description = "This withdrawal was paid out, or has expired."


class Made(NamedTuple):
    """A withdrawal ordered; its voucher is told this once."""

    id: str
    voucher: vouchers.Voucher
    expires_at: datetime


def request(order, caller):
    """Hold the money of ``order`` in the wallet of ``caller`` and return what was :class:`Made`.

    Always needs its owner's approval. Raises NotDispensable, OtherCurrency, StillWaiting, Frozen,
    InsufficientFunds, and what :func:`approval.settle` raises: and nothing is held.
    """
    _check_notes(order.amount_minor)
    expiry.end_due(caller.sub)
    source = next(iter(entries.lock_owned(caller.sub)), None)
    if source is not None and source.currency != order.currency:
        raise spendable.OtherCurrency
    mine = select(_rows.c.id).where(_rows.c.owner_sub == caller.sub, WAITING)
    if db.session.execute(mine).first():
        raise StillWaiting
    spendable.check(source, order.amount_minor)
    ordered = Ordered(
        "atm_withdrawal", order.amount_minor, order.currency, order.channel, source.id
    )
    name = partial(_PAYEES.get, order.channel)
    always = wrong("amount", "cash", "Taking cash needs approval.")
    allowed = approval.settle(source, ordered, caller, name, always=always)
    made = keep(order, caller, source, allowed.at)
    told = {"amount": order.amount_minor, "currency": order.currency, "client": caller.client_id}
    told |= {"channel": order.channel, "from": source.id} | allowed.told
    records.record(records.WITHDRAWAL_REQUESTED, actor=caller.sub, subject=made.id, data=told)
    money = {"amount": order.amount_minor, "currency": order.currency, "at": clock.now()}
    post.put(caller.sub, "withdrawal_ready", ends_at=made.expires_at, **money)
    return made


def keep(order, caller, source, now):
    """Hold the money of ``order`` in ``source``, the wallet's row, locked; return what was made.

    now: when it was counted. Whether it may be is not asked here.
    """
    until = now + timedelta(seconds=current_app.config["ATM_TOKEN_TTL"])
    values = {
        "id": ids.new("wdr"),
        "owner_sub": caller.sub,
        "wallet_id": source.id,
        "hold_id": holds.hold(source, order.amount_minor, "withdrawal"),
        "client_id": caller.client_id,
        "channel": order.channel,
        "amount_minor": order.amount_minor,
        "currency": order.currency,
        "state": "requested",
        "made_at": now,
        "expires_at": until,
    }
    return Made(values["id"], vouchers.issue(values), until)


def show(withdrawal_id, sub):
    """Return the row of a withdrawal of ``sub``, as of now, and of the terminal if it came to one.

    Raises NotFound.
    """
    expiry.end_due(sub)
    place = _terminals.c.name.label("terminal_name"), _terminals.c.place.label("terminal_place")
    rows = select(_rows, *place).join(_terminals, isouter=True)
    row = db.session.execute(rows.where(*_named(withdrawal_id, sub))).first()
    if row is None:
        raise NotFound
    return row


def cancel(withdrawal_id, sub):
    """Let the money of a withdrawal that waits be spent again; return how it stands.

    One that was cancelled stays so. Raises NotFound, Over.
    """
    now = clock.now()
    cancelled = (
        update(_rows)
        .where(*_named(withdrawal_id, sub), WAITING, _rows.c.expires_at > now)
        .values(state="cancelled", ended_at=now)
        .returning(*_rows.c)
    )
    waited = db.session.execute(cancelled).first()
    if waited is not None:
        expiry.let_go(waited, records.WITHDRAWAL_CANCELLED, sub)
    row = show(withdrawal_id, sub)
    if row.state != "cancelled":
        raise Over
    return row


def _named(withdrawal_id, sub):
    return _rows.c.id == withdrawal_id, _rows.c.owner_sub == sub


def _check_notes(amount_minor):
    multiple, most = (current_app.config[f"ATM_{name}_MINOR"] for name in ("MULTIPLE", "MOST"))
    if amount_minor % multiple or amount_minor > most:
        problem = NotDispensable()
        message = f"A multiple of {multiple} minor units, {most} at most."
        problem.errors = [wrong("amount", "not_dispensable", message)]
        raise problem
