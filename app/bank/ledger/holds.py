"""Money set aside for a deed under way: held, then captured or released, whichever comes first.

What is held is still the wallet's, and cannot be spent. One conditional UPDATE decides how a hold
ends, so that a late answer and an expiry never both have it (F-20).
"""

from typing import NamedTuple

from sqlalchemy import insert, select, update

from app.bank.database import db
from app.bank.ledger import entries
from app.bank.ledger.models import Hold, Wallet
from app.foundation import clock, database, ids
from app.foundation.problems import Problem

_holds, _wallets = Hold.__table__, Wallet.__table__


class Ended(Problem):
    """The hold was captured or released before."""

    code = "hold_ended"
    status = 409
    description = "What was held has been captured or released."


class Held(NamedTuple):
    """A hold as it was when it ended. wallet_id: whose money; purpose: a kind of entry."""

    wallet_id: str
    amount_minor: int
    purpose: str


def hold(wallet, amount_minor, purpose):
    """Set ``amount_minor`` of ``wallet`` aside; return the id of the hold.

    wallet: its row, locked (:func:`entries.lock`), with so much available; purpose: the kind of
    the entry that it becomes.
    """
    made = {"id": ids.new("hld"), "wallet_id": wallet.id, "purpose": purpose}
    made |= {"amount_minor": amount_minor, "made_at": clock.now(), "state": "held"}
    db.session.execute(insert(_holds).values(made))
    _set_aside(wallet.id, amount_minor)
    return made["id"]


def capture(hold_id, payee_id, *, currency, description="", client_id=None):
    """Move what is held to the wallet ``payee_id``; return the :class:`entries.Posted` entry.

    Locks both wallets: asked before this transaction locks others. Raises Ended.
    """
    held = _end(hold_id, "captured", payee_id)
    changes = {held.wallet_id: -held.amount_minor, payee_id: held.amount_minor}
    return entries.post(
        held.purpose, changes, currency=currency, description=description, client_id=client_id
    )


def release(hold_id):
    """Let what is held be spent again; return the :class:`Held`. Raises Ended."""
    return _end(hold_id, "released")


def _end(hold_id, state, *payees):
    """End the hold under the locks of its wallet and of ``payees``."""
    whose = select(_holds.c.wallet_id).where(_holds.c.id == hold_id)
    entries.lock(_wallets.c.id.in_((db.session.scalar(whose), *payees)))
    ended = (
        update(_holds)
        .where(_holds.c.id == hold_id, _holds.c.state == "held")
        .values(state=state, ended_at=clock.now())
        .returning(_holds.c.wallet_id, _holds.c.amount_minor, _holds.c.purpose)
    )
    row = db.session.execute(ended).first()
    if row is None:
        raise Ended
    _set_aside(row.wallet_id, -row.amount_minor)
    return Held(*row)


def _set_aside(wallet_id, amount_minor):
    aside = update(_wallets).where(_wallets.c.id == wallet_id)
    database.write(db, aside.values(held_minor=_wallets.c.held_minor + amount_minor))
