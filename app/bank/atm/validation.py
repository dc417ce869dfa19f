"""A terminal shows a voucher: captured once, to the cash of that terminal, or refused (C28).

The try is counted first. Then one conditional statement decides: of many terminals at the same
moment, and against expiry and cancelling, one has the voucher; the money moves with it, and with
that the record and the try given back (`decisions.md` §10).
"""

from typing import NamedTuple

from app.bank import records
from app.bank.atm import agents, tries, vouchers
from app.bank.atm.models import AGENT
from app.bank.database import db
from app.bank.ledger import capturing, entries, holds
from app.foundation import database, digests, ids
from app.foundation.problem_documents import wrong
from app.foundation.problems import Problem

_WAITS = """EXISTS (SELECT 1 FROM atm_withdrawals
    WHERE id = :withdrawal_id AND state = 'requested' AND expires_at > :now FOR UPDATE)"""
_TAKE = """UPDATE atm_withdrawals SET state = 'validated', terminal_id = :terminal_id,
    dispense_id = :dispense_id, validated_at = :now, key_digest = :key_digest
    FROM won WHERE id = :withdrawal_id"""
_PAY = capturing.followed_by(_TAKE, records.STEP, tries.STEP, due=_WAITS)


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
    tries.count(shown.terminal_id, client_id)
    name = digests.of(f"{client_id}\n{key}") if key else None
    found = vouchers.find(shown)
    if found and found.alive and _is_for(shown.amount_minor, found):
        try:
            return _pay_out(found, shown.terminal_id, client_id, name)
        except holds.Ended:  # another terminal, its owner or the clock was faster
            database.let_go(db)
            found = vouchers.find(shown)
    tries.count_wrong(client_id)
    return _judged(found, shown, client_id, name)


def _pay_out(found, terminal_id, client_id, name):
    """Move the money of a voucher to the cash of the terminal; it was no guess.

    An agent's limit is counted after, and undoes it by raising; so that is one transaction.
    """
    posted, dispense_id = entries.draw(), ids.new("dsp")
    told = {"amount": found.amount_minor, "currency": found.currency, "terminal": terminal_id}
    told |= {"entry": posted.id, "from": found.wallet_id, "to": found.cash_wallet_id}
    steps = tries.whose(terminal_id, client_id)
    steps |= records.values(
        records.WITHDRAWAL_VALIDATED, actor=client_id, subject=found.id, data=told
    )
    steps |= {"withdrawal_id": found.id, "terminal_id": terminal_id}
    steps |= {"dispense_id": dispense_id, "key_digest": name}
    moved = {"source": found.wallet_id, "payee": found.cash_wallet_id}
    moved |= {"currency": found.currency, "client_id": found.client_id}
    by_agent = found.channel == AGENT
    capturing.capture(_PAY, posted, found.hold_id, alone=not by_agent, **moved, **steps)
    if by_agent:
        agents.count(terminal_id, found.amount_minor)
    return Validated(found.id, dispense_id, found.amount_minor, found.currency)


def _judged(found, shown, client_id, name):
    """Return what was answered before, to the same question; or say why nothing is paid out."""
    if found is None:
        raise UnknownVoucher
    if not _is_for(shown.amount_minor, found):
        problem = WrongAmount()
        problem.errors = [wrong("amount", "wrong_amount", problem.description)]
        raise problem
    if found.terminal_id is None:
        raise Expired
    same = (found.terminal_id, found.key_digest) == (shown.terminal_id, name)
    if name is None or not same or not found.unsettled:  # settled: no notes for it any more
        raise AlreadyUsed
    tries.give_back(shown.terminal_id, client_id)
    return Validated(found.id, found.dispense_id, found.amount_minor, found.currency, repeated=True)


def _is_for(amount_minor, found):
    return amount_minor in {None, found.amount_minor}
