"""The ledger: balanced entries, posted under row locks taken in one order.

Whoever moves money first locks every wallet it touches, in the order of their ids, so two
movements can wait for each other but never both. A posting is never changed; triggers say so too.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.bank.database import db, hot
from app.bank.ledger.models import Wallet
from app.foundation import clock, ids
from app.foundation.hot import Statement

_wallets = Wallet.__table__


class Locked(NamedTuple):
    """The row of a wallet that is locked."""

    id: str
    owner_sub: str | None
    owner_user_id: int | None
    currency: str
    balance_minor: int
    held_minor: int
    deeds_minor: int
    deeds_count: int
    frozen_at: datetime | None


_LOCK = select(*(_wallets.c[name] for name in Locked._fields))
_LOCK_OWNED = Statement(
    """SELECT id, owner_sub, owner_user_id, currency, balance_minor, held_minor, deeds_minor,
    deeds_count, frozen_at FROM wallets
    WHERE owner_sub IN (:sub, :other) OR owner_user_id = :user_id ORDER BY id FOR UPDATE""",
    Locked,
)
_ENTRY = Statement(
    """INSERT INTO wallet_entries (id, kind, currency, description, client_id, made_at)
    VALUES (:id, :kind, :currency, :description, :client_id, :made_at)"""
)
_POSTINGS = Statement(
    """INSERT INTO wallet_postings (entry_id, wallet_id, amount_minor, made_at)
    VALUES (:id, :source, -:amount, :made_at), (:id, :payee, :amount, :made_at)"""
)
_BALANCES = Statement(
    """UPDATE wallets SET balance_minor =
    balance_minor + CASE id WHEN :payee THEN :amount ELSE -:amount END
    WHERE id IN (:source, :payee)"""
)


class Posted(NamedTuple):
    """An entry as it stands in the ledger."""

    id: str
    made_at: object


def lock(condition):
    """Lock the wallets that meet ``condition`` until the transaction ends; return their rows.

    Called once a transaction: a second call could take locks out of order.
    """
    rows = db.session.execute(_LOCK.where(condition).order_by(_wallets.c.id).with_for_update())
    return rows.all()


def lock_owned(sub, other_sub, user_id=None):
    """Lock, as :func:`lock` does, the wallets of two people; return their rows (:class:`Locked`).

    user_id: the number of one more, or of the same, or None.
    """
    return hot.within(_LOCK_OWNED, sub=sub, other=other_sub, user_id=user_id)


def post(kind, changes, *, currency, description="", client_id=None):
    """Post one entry of ``kind`` and move the balances; return it.

    changes: wallet id → minor units, two that add up to nothing; the caller holds the locks of
    :func:`lock` on both.
    """
    (source, taken), (payee, amount) = sorted(changes.items(), key=lambda change: change[1])
    if taken + amount:
        raise ValueError("an entry that does not balance")
    posted = Posted(ids.new("ent"), clock.now())
    sides = {"source": source, "payee": payee, "amount": amount}
    hot.within(
        _ENTRY,
        kind=kind,
        currency=currency,
        description=description,
        client_id=client_id,
        **posted._asdict(),
    )
    hot.within(_POSTINGS, **sides, **posted._asdict())
    hot.within(_BALANCES, **sides)
    return posted
