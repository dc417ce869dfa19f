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

_POST = entries.followed_by(records.STEP)


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
    allowed = approval.settle(source, ordered, caller, name, known=known).told
    if "approval" in allowed and not known:
        payees.note(caller.sub, payee.owner_sub)
    posted = _post(order, caller, source.id, payee.id, allowed)
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


def _post(order, caller, source_id, payee_id, allowed):
    """Post it, and say so to the record; return the entry."""
    posted = entries.draw()
    told = {"amount": order.amount_minor, "currency": order.currency, "client": caller.client_id}
    told |= {"from": source_id, "to": payee_id} | allowed
    recorded = records.values(records.TRANSFER_MADE, actor=caller.sub, subject=posted.id, data=told)
    changes = {source_id: -order.amount_minor, payee_id: order.amount_minor}
    of_entry = {"currency": order.currency, "description": order.description}
    of_entry |= {"client_id": caller.client_id}
    return entries.post_with(_POST, posted, "transfer", changes, **of_entry, **recorded)


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
