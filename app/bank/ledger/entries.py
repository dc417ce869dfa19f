"""The ledger: balanced entries, posted under row locks taken in one order.

Whoever moves money first locks every wallet it touches, in the order of their ids, so two
movements can wait for each other but never both. A posting is never changed; triggers say so too.
"""

from typing import NamedTuple

from sqlalchemy import case, insert, select, update

from app.bank.database import db
from app.bank.ledger.models import Entry, Posting, Wallet
from app.foundation import clock, ids

_wallets = Wallet.__table__
_LOCKED = select(
    _wallets.c.id,
    _wallets.c.owner_sub,
    _wallets.c.owner_user_id,
    _wallets.c.currency,
    _wallets.c.balance_minor,
    _wallets.c.held_minor,
    _wallets.c.deeds_minor,
    _wallets.c.deeds_count,
    _wallets.c.frozen_at,
)


class Posted(NamedTuple):
    """An entry as it stands in the ledger."""

    id: str
    made_at: object


def lock(condition):
    """Lock the wallets that meet ``condition`` until the transaction ends; return their rows.

    Called once a transaction: a second call could take locks out of order.
    """
    rows = db.session.execute(_LOCKED.where(condition).order_by(_wallets.c.id).with_for_update())
    return rows.all()


def post(kind, changes, *, currency, description="", client_id=None):
    """Post one entry of ``kind`` and move the balances; return it.

    changes: wallet id → minor units, adding up to nothing; the caller holds the locks of
    :func:`lock` on all of them.
    """
    if sum(changes.values()):
        raise ValueError("an entry that does not balance")
    posted = Posted(ids.new("ent"), clock.now())
    db.session.execute(
        insert(Entry.__table__).values(
            id=posted.id,
            kind=kind,
            currency=currency,
            description=description,
            client_id=client_id,
            made_at=posted.made_at,
        )
    )
    postings = [
        {
            "entry_id": posted.id,
            "wallet_id": wallet,
            "amount_minor": amount,
            "made_at": posted.made_at,
        }
        for wallet, amount in changes.items()
    ]
    db.session.execute(insert(Posting.__table__).values(postings))
    moved = _wallets.c.balance_minor + case(changes, value=_wallets.c.id)
    touched = update(_wallets).where(_wallets.c.id.in_(changes))
    db.session.execute(touched.values(balance_minor=moved))
    return posted
