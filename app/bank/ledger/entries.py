"""The ledger: balanced entries, posted under row locks taken in one order.

Whoever moves money first locks every wallet it touches, in the order of their ids, so two
movements can wait for each other but never both. A posting is never changed; triggers say so too.
"""

from datetime import datetime
from typing import NamedTuple

from app.bank.database import hot
from app.foundation import clock, ids
from app.foundation.hot import Chain, Statement


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


_LOCK = Statement(
    """SELECT id, owner_sub, owner_user_id, currency, balance_minor, held_minor, deeds_minor,
    deeds_count, frozen_at FROM wallets
    WHERE id IN (:one, :other) ORDER BY id FOR UPDATE""",
    Locked,
)
_LOCK_OWNED = Statement(
    """SELECT id, owner_sub, owner_user_id, currency, balance_minor, held_minor, deeds_minor,
    deeds_count, frozen_at FROM wallets
    WHERE owner_sub IN (:sub, :other) OR owner_user_id = :user_id ORDER BY id FOR UPDATE""",
    Locked,
)


class Posted(NamedTuple):
    """An entry as it stands in the ledger."""

    id: str
    made_at: datetime


_ENTER = """INSERT INTO wallet_entries (id, kind, currency, description, client_id, made_at)
    VALUES (:id, :kind, :currency, :description, :client_id, :made_at) RETURNING id, made_at"""
_MOVE = (
    """INSERT INTO wallet_postings (entry_id, wallet_id, amount_minor, made_at)
    SELECT won.id, :source, -:amount, won.made_at FROM won
    UNION ALL SELECT won.id, :payee, :amount, won.made_at FROM won""",
    """UPDATE wallets SET balance_minor =
    balance_minor + CASE wallets.id WHEN :payee THEN :amount ELSE -:amount END
    FROM won WHERE wallets.id IN (:source, :payee)""",
)


def followed_by(*steps):
    """Return the :class:`Chain` that posts an entry and then takes ``steps``.

    steps: SQL of other rooms, which may read ``won``, the row of :class:`Posted`.
    """
    return Chain(_ENTER, Posted, *_MOVE, *steps)


_POST = followed_by()


def lock(wallet_id, other_id=None):
    """Lock one wallet, or two, until the transaction ends; return :class:`Locked` by id (dict).

    Called once a transaction, and so the others here: a second call could take locks out of order.
    """
    return {row.id: row for row in hot.within(_LOCK, one=wallet_id, other=other_id)}


def lock_owned(sub, other_sub=None, user_id=None):
    """Lock, as :func:`lock` does, the wallets of one person or two; return their rows.

    user_id: the number of one more, or of the same, or None.
    """
    return hot.within(_LOCK_OWNED, sub=sub, other=other_sub, user_id=user_id)


def draw():
    """Return an entry yet to be posted, for who must name it in the statement that posts it."""
    return Posted(ids.new("ent"), clock.now())


def post(kind, changes, *, currency, description="", client_id=None):
    """Post one entry of ``kind`` and move the balances; return it (:class:`Posted`).

    changes: wallet id → minor units, two that add up to nothing; the caller holds the locks of
    :func:`lock` on both.
    """
    told = {"currency": currency, "description": description, "client_id": client_id}
    return post_with(_POST, draw(), kind, changes, **told)


def post_with(chain, posted, kind, changes, **told):
    """Do :func:`post` and the steps of ``chain`` (:func:`followed_by`) in one statement.

    posted: of :func:`draw`; told: what :func:`post` is, all of it, and what the steps take.
    """
    (source, taken), (payee, amount) = sorted(changes.items(), key=lambda change: change[1])
    if taken + amount:
        raise ValueError("an entry that does not balance")
    moved = {"source": source, "payee": payee, "amount": amount}
    hot.within(chain, id=posted.id, kind=kind, made_at=posted.made_at, **moved, **told)
    return posted
