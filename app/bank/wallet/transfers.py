"""From wallet to wallet: lock both, judge, post, tell the record; all in one transaction."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_

from app.bank import records
from app.bank.outbox import post
from app.bank.wallet import approval, ledger
from app.bank.wallet.models import Wallet
from app.foundation.problems import Problem

_wallets = Wallet.__table__


class InsufficientFunds(Problem):
    """The wallet has less than asked, or there is none yet."""

    code = "insufficient_funds"
    status = 422
    description = "There is not enough money in the wallet."


class UnknownPayee(Problem):
    """Nobody's wallet goes by that name."""

    code = "unknown_payee"
    status = 422
    description = "There is no wallet to send this to."


class SameWallet(Problem):
    """From a wallet to itself."""

    code = "same_wallet"
    status = 422
    description = "Money cannot be sent to its own wallet."


class OtherCurrency(Problem):
    """The order and the wallets do not name the same currency; nothing is exchanged."""

    code = "currency_mismatch"
    status = 422
    description = "The wallets do not hold this currency."


class Transfer(NamedTuple):
    """A transfer done."""

    id: str
    to: str
    made_at: datetime


def make(order, sub, client_id):
    """Move the money of ``order`` out of the wallet of ``sub``; return the :class:`Transfer`.

    client_id: the app that asked.

    Raises SameWallet, UnknownPayee, OtherCurrency, InsufficientFunds: and nothing has moved.
    Raises InsufficientUserAuthentication: when the owner must approve it first.
    """
    source, payee = _parties(order, sub)
    if source is None or source.balance_minor - source.held_minor < order.amount_minor:
        raise InsufficientFunds
    approval.demand(source, order.amount_minor)
    posted = ledger.post(
        "transfer",
        {source.id: -order.amount_minor, payee.id: order.amount_minor},
        currency=order.currency,
        description=order.description,
        client_id=client_id,
    )
    approval.count(source, order.amount_minor)
    told = {"amount": order.amount_minor, "currency": order.currency, "client": client_id}
    told |= {"from": source.id, "to": payee.id}
    records.record(records.TRANSFER_MADE, actor=sub, subject=posted.id, data=told)
    _tell(order, sub, payee.owner_sub, posted.made_at)
    return Transfer(posted.id, payee.owner_sub, posted.made_at)


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
    number = order.to_user_id
    named = _wallets.c.owner_sub.in_((sub, order.to))
    if number is not None:
        named = or_(named, _wallets.c.owner_user_id == number)
    rows = ledger.lock(named)
    source = next((row for row in rows if row.owner_sub == sub), None)
    payee = next((row for row in rows if row.owner_sub == order.to), None)
    if payee is None and number is not None:
        payee = next((row for row in rows if row.owner_user_id == number), None)
    if payee is None:
        raise UnknownPayee
    if payee is source:
        raise SameWallet
    if {row.currency for row in (source or payee, payee)} != {order.currency}:
        raise OtherCurrency
    return source, payee
