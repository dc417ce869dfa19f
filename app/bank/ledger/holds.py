"""Money set aside for a deed under way: held, then captured or released, whichever comes first.

What is held is still the wallet's, and cannot be spent. One conditional UPDATE decides how a hold
ends, so that a late answer and an expiry never both have it (F-20).
"""

from typing import NamedTuple

from app.bank.database import hot
from app.bank.ledger import entries
from app.foundation import clock, ids
from app.foundation.hot import Chain
from app.foundation.problems import Problem


class Ended(Problem):
    """The hold was captured or released before."""

    code = "hold_ended"
    status = 409
    description = "What was held has been captured or released."


class Held(NamedTuple):
    """A hold made or ended. wallet_id: whose money; purpose: a kind of entry."""

    wallet_id: str
    amount_minor: int
    purpose: str


_HOLD = Chain(
    """INSERT INTO wallet_holds (id, wallet_id, purpose, amount_minor, made_at, state)
    VALUES (:id, :wallet_id, :purpose, :amount, :now, 'held')
    RETURNING wallet_id, amount_minor, purpose""",
    Held,
    """UPDATE wallets SET held_minor = held_minor + won.amount_minor FROM won
    WHERE wallets.id = won.wallet_id""",
)
# How what was held moves, once the hold is `won`.
MOVES = (
    """INSERT INTO wallet_entries (id, kind, currency, description, client_id, made_at)
    SELECT :id, won.purpose, :currency, :description, :client_id, :now FROM won""",
    """INSERT INTO wallet_postings (entry_id, wallet_id, amount_minor, made_at)
    SELECT :id, won.wallet_id, -won.amount_minor, :now FROM won
    UNION ALL SELECT :id, :payee, won.amount_minor, :now FROM won""",
    """UPDATE wallets SET
    balance_minor = balance_minor
        + CASE wallets.id WHEN :payee THEN won.amount_minor ELSE -won.amount_minor END,
    held_minor = held_minor - CASE wallets.id WHEN :payee THEN 0 ELSE won.amount_minor END
    FROM won WHERE wallets.id IN (won.wallet_id, :payee)""",
)
_CAPTURE = Chain(
    """UPDATE wallet_holds SET state = 'captured', ended_at = :now
    WHERE id = :hold_id AND state = 'held' RETURNING wallet_id, amount_minor, purpose""",
    Held,
    *MOVES,
)
_RELEASE = Chain(
    """UPDATE wallet_holds SET state = 'released', ended_at = :now
    WHERE id = :hold_id AND state = 'held' RETURNING wallet_id, amount_minor, purpose""",
    Held,
    """UPDATE wallets SET held_minor = held_minor - won.amount_minor FROM won
    WHERE wallets.id = won.wallet_id""",
)


def hold(wallet, amount_minor, purpose):
    """Set ``amount_minor`` of ``wallet`` aside; return the id of the hold.

    wallet: its row, locked (:func:`entries.lock`), with so much available; purpose: the kind of
    the entry that it becomes.
    """
    made = {"id": ids.new("hld"), "wallet_id": wallet.id, "purpose": purpose}
    hot.within(_HOLD, amount=amount_minor, now=clock.now(), **made)
    return made["id"]


def capture(hold_id, payee_id, *, currency, description="", client_id=None):
    """Move what is held to the wallet ``payee_id``; return the :class:`entries.Posted` entry.

    The caller holds the locks of :func:`entries.lock` on both wallets. Raises Ended.
    """
    posted = entries.draw()
    told = {"currency": currency, "description": description, "client_id": client_id}
    _end(_CAPTURE, hold_id, posted.made_at, id=posted.id, payee=payee_id, **told)
    return posted


def release(hold_id, wallet_id):
    """Let what is held of the wallet be spent again; return the :class:`Held`.

    Locks the wallet. Raises Ended.
    """
    entries.lock(wallet_id)
    return _end(_RELEASE, hold_id, clock.now())


def _end(chain, hold_id, now, **values):
    held = hot.first_within(chain, hold_id=hold_id, now=now, **values)
    if held is None:
        raise Ended
    return held
