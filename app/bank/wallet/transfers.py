"""From wallet to wallet: lock both, judge, post, tell the record; all in one transaction."""

from datetime import datetime
from functools import partial
from typing import NamedTuple

from app.bank import records
from app.bank.deeds import approval
from app.bank.deeds.pending import Ordered
from app.bank.ledger import entries, spendable
from app.bank.outbox import post
from app.bank.wallet import contacts, payees
from app.foundation.problems import Problem


class SameWallet(Problem):
    """From a wallet to itself."""

    code = "same_wallet"
    status = 422
    description = "Money cannot be sent to its own wallet."


class Transfer(NamedTuple):
    """A transfer done."""

    id: str
    to: str
    made_at: datetime


def make(order, caller):
    """Move the money of ``order`` out of the wallet of ``caller``; return the :class:`Transfer`.

    caller: whose token it is (:class:`app.bank.gate.Caller`).

    Raises SameWallet, UnknownPayee, OtherCurrency, Frozen, InsufficientFunds: and nothing has
    moved. Raises ApprovalNeeded, and what :func:`approval.settle` raises.
    """
    source, payee = _parties(_by_name(order), caller.sub)
    spendable.check(source, order.amount_minor)
    ordered = Ordered(
        "wallet_transfer",
        order.amount_minor,
        order.currency,
        payee.owner_sub,
        source.id,
        order.description,
    )
    name = partial(payees.named, payee.owner_sub)
    known = payees.is_known(caller.sub, payee.owner_sub)
    allowed = approval.settle(source, ordered, caller, name, known=known)
    posted = entries.post(
        "transfer",
        {source.id: -order.amount_minor, payee.id: order.amount_minor},
        currency=order.currency,
        description=order.description,
        client_id=caller.client_id,
    )
    if "approval" in allowed and not known:
        payees.note(caller.sub, payee.owner_sub)
    told = {"amount": order.amount_minor, "currency": order.currency, "client": caller.client_id}
    told |= {"from": source.id, "to": payee.id} | allowed
    records.record(records.TRANSFER_MADE, actor=caller.sub, subject=posted.id, data=told)
    _tell(order, caller.sub, payee.owner_sub, posted.made_at)
    return Transfer(posted.id, payee.owner_sub, posted.made_at)


def _by_name(order):
    """The order with its payee's ``sub`` where it names a contact of theirs."""
    if isinstance(order.to, str):
        return order
    owner = contacts.owner_of(order.to)
    if owner is None:
        raise payees.UnknownPayee
    return order._replace(to=owner)


def _tell(order, payer_sub, payee_sub, made_at):
    """Both hear of it."""
    money = {"amount": order.amount_minor, "currency": order.currency, "at": made_at}
    post.put_each(
        [
            (payer_sub, "payment_done", money | {"payee_sub": payee_sub}),
            (payee_sub, "payment_received", money | {"payer_sub": payer_sub}),
        ]
    )


def _parties(order, sub):
    """Return both wallets, locked; the source is None when it was never opened."""
    if order.to == sub:
        raise SameWallet
    number = payees.numbered(order.to)
    rows = entries.lock_owned(sub, order.to, number)
    source = next((row for row in rows if row.owner_sub == sub), None)
    payee = next((row for row in rows if row.owner_sub == order.to), None)
    if payee is None and number is not None:
        payee = next((row for row in rows if row.owner_user_id == number), None)
    if payee is None:
        raise payees.UnknownPayee
    if payee is source:
        raise SameWallet
    if {row.currency for row in (source or payee, payee)} != {order.currency}:
        raise spendable.OtherCurrency
    return source, payee
