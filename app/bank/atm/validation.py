"""A terminal shows a voucher: captured once, to the cash of that terminal, or refused (C28).

The try is counted first. Then one conditional UPDATE decides: of many terminals at the same
moment, and against expiry and cancelling, one has the voucher; the money moves with it.
"""

from typing import NamedTuple

from sqlalchemy import select

from app.bank import records
from app.bank.atm import agents, terminals, tries, vouchers
from app.bank.atm.models import Withdrawal
from app.bank.database import db, hot
from app.bank.ledger import entries, holds, spendable
from app.foundation import clock, digests, ids
from app.foundation.hot import Statement
from app.foundation.problem_documents import wrong
from app.foundation.problems import Problem

_rows = Withdrawal.__table__
_TAKE = Statement(
    """UPDATE atm_withdrawals SET state = 'validated', terminal_id = :terminal_id,
    dispense_id = :dispense_id, validated_at = :now, key_digest = :name
    WHERE id = :id AND state = 'requested' AND expires_at > :now RETURNING id"""
)


class UnknownVoucher(Problem):
    """No voucher for this kind of terminal is shown so; a wrong one and none are the same."""

    code = "unknown_voucher"
    status = 404
    description = "There is no such voucher for this terminal."


class AlreadyUsed(Problem):
    """The voucher has been paid out."""

    code = "already_used"
    status = 409
    description = "This voucher was used."


class Expired(Problem):
    """The voucher came too late, or its owner has cancelled it."""

    code = "expired"
    status = 410
    description = "This voucher has expired or was cancelled."


class WrongAmount(Problem):
    """What was typed at the terminal is not what was ordered."""

    code = "wrong_amount"
    status = 422
    description = "The voucher is for another amount."


class Validated(NamedTuple):
    """Cash to be paid out now. repeated: this was answered before, to the same question."""

    withdrawal_id: str
    dispense_id: str
    amount_minor: int
    currency: str
    repeated: bool = False


def validate(shown, client_id, key=""):
    """Pay a voucher out: return what was :class:`Validated`, the money captured.

    shown: an :class:`orders.Shown`; key: an ``Idempotency-Key``: whoever lost the answer repeats
    it, and gets the same.

    Raises UnknownTerminal, Paused, UnknownVoucher, AlreadyUsed, Expired, WrongAmount, AgentLimit,
    Frozen, OtherCurrency: and nothing has moved.
    """
    terminal = terminals.of_client(shown.terminal_id, client_id)
    tries.count(terminal)
    found = vouchers.find(shown.token)
    if found is None or found.channel != terminal.kind:
        raise UnknownVoucher
    if shown.amount_minor not in {None, found.amount_minor}:
        problem = WrongAmount()
        problem.errors = [wrong("amount", "wrong_amount", problem.description)]
        raise problem
    name = digests.of(f"{client_id}\n{key}") if key else None
    validated = _pay_out(found, terminal, name)
    if validated is None:
        validated = _again(found.id, terminal, name)
    tries.give_back(terminal)
    return validated


def _pay_out(found, terminal, name):
    """Take the voucher and its money; None: somebody did, or it is over."""
    now = clock.now()
    dispense_id = ids.new("dsp")
    mine = {"id": found.id, "terminal_id": terminal.id, "dispense_id": dispense_id, "name": name}
    if not hot.within(_TAKE, now=now, **mine):
        return None
    _check(found, terminal)
    agents.count(terminal, found.amount_minor)
    posted = holds.capture(
        found.hold_id, terminal.cash_wallet_id, currency=found.currency, client_id=found.client_id
    )
    told = {"amount": found.amount_minor, "currency": found.currency, "terminal": terminal.id}
    told |= {"entry": posted.id, "from": found.wallet_id, "to": terminal.cash_wallet_id}
    records.record(
        records.WITHDRAWAL_VALIDATED, actor=terminal.client_id, subject=found.id, data=told
    )
    return Validated(found.id, dispense_id, found.amount_minor, found.currency)


def _check(found, terminal):
    """Let the money leave the wallet for this terminal; both are locked from here on."""
    rows = entries.lock(found.wallet_id, terminal.cash_wallet_id)
    if rows[terminal.cash_wallet_id].currency != found.currency:
        raise spendable.OtherCurrency
    if rows[found.wallet_id].frozen_at is not None:
        raise spendable.Frozen


def _again(withdrawal_id, terminal, name):
    """Return what was answered before, to the same question of the same terminal."""
    row = db.session.execute(select(_rows).where(_rows.c.id == withdrawal_id)).one()
    if row.terminal_id is None:
        raise Expired
    if name is None or (row.terminal_id, row.key_digest) != (terminal.id, name):
        raise AlreadyUsed
    return Validated(row.id, row.dispense_id, row.amount_minor, row.currency, repeated=True)
