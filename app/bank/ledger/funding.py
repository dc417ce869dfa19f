"""Money coming into the house: from a funding wallet, which owes it, to a person's."""

from typing import NamedTuple

from flask import current_app
from sqlalchemy import bindparam, select, text

from app.bank import money, records
from app.bank.database import db
from app.bank.ledger import entries, opening
from app.bank.ledger.models import Wallet
from app.foundation import clock
from app.foundation.database import UtcDateTime
from app.foundation.problems import Problem

_wallets = Wallet.__table__
_OPEN = text(
    "INSERT INTO wallets (id, kind, currency, opened_at)"
    " VALUES (:id, 'funding', :currency, :opened_at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("opened_at", type_=UtcDateTime))


class NotAnAmount(Problem):
    """Not a whole number of minor units within bounds."""

    code = "invalid_amount"
    description = f"An amount is 1 to {money.LARGEST_MINOR} minor units."


class Funded(NamedTuple):
    """A wallet after money came in."""

    entry_id: str
    wallet_id: str
    currency: str
    balance_minor: int


def fund(sub, amount_minor, user_id=None):
    """Put ``amount_minor`` into the wallet of ``sub``, opened if need be; return :class:`Funded`.

    Raises NotAnAmount: when it is none.
    """
    if not money.is_an_amount(amount_minor):
        raise NotAnAmount
    opening.open_for(sub, actor=records.OPERATOR)
    funded = bring(sub, amount_minor, kind="funding")
    if user_id is not None:
        opening.number(sub, user_id)
    told = {"amount": amount_minor, "currency": funded.currency, "entry": funded.entry_id}
    records.record(
        records.WALLET_FUNDED, actor=records.OPERATOR, subject=funded.wallet_id, data=told
    )
    return funded


def bring(sub, amount_minor, *, kind, client_id=None, told=""):
    """Post an entry of ``kind`` into the wallet of ``sub``, which there is; return :class:`Funded`.

    client_id: the app that asked; told: what the entry says. Locks both wallets.
    """
    currency = current_app.config["DEFAULT_CURRENCY"]
    source_id = f"wal_funding_{currency.lower()}"
    opened = {"id": source_id, "currency": currency, "opened_at": clock.now()}
    db.session.execute(_OPEN, opened)
    wallet_id = db.session.scalar(select(_wallets.c.id).where(_wallets.c.owner_sub == sub))
    wallet = entries.lock(source_id, wallet_id)[wallet_id]
    changes = {source_id: -amount_minor, wallet.id: amount_minor}
    posted = entries.post(kind, changes, currency=currency, description=told, client_id=client_id)
    return Funded(posted.id, wallet.id, currency, wallet.balance_minor + amount_minor)
