"""Capture a hold and do the rest of its deed in one statement, for who pays out many a second.

What :func:`holds.capture` does under :func:`entries.lock`, in one round trip (`decisions.md` §10):
the wallets are locked in the order of their ids and judged as they stand then, before anything is
written. The deed says when it may be done, and gives the steps of its own that follow.
"""

from datetime import datetime
from typing import NamedTuple

from app.bank.database import hot
from app.bank.ledger import holds, spendable
from app.foundation.hot import Chain, Statement

# CASE, because what the deed locks is always locked before the wallets.
_FIRST = """UPDATE wallet_holds SET state = 'captured', ended_at = :now
    WHERE id = :hold_id AND state = 'held' AND CASE WHEN {due} THEN 2 = (
        SELECT count(*) FROM (
            SELECT id FROM wallets WHERE id IN (:source, :payee) AND currency = :currency
            AND (frozen_at IS NULL OR id = :payee) ORDER BY id FOR UPDATE
        ) AS free
    ) ELSE FALSE END RETURNING wallet_id, amount_minor, purpose"""


class _Wallet(NamedTuple):
    currency: str
    frozen_at: datetime | None


_WALLETS = Statement(
    "SELECT currency, CASE id WHEN :source THEN frozen_at END AS frozen_at FROM wallets"
    " WHERE id IN (:source, :payee)",
    _Wallet,
)


def followed_by(*steps, due):
    """Return the :class:`Chain` that captures a hold and then takes ``steps``.

    due: a condition in SQL, which locks what it reads of the deed's own rows; steps: SQL of other
    rooms, which reads ``won``, the row of :class:`holds.Held`, so that nothing is done where
    nothing was captured.
    """
    return Chain(_FIRST.format(due=due), holds.Held, *holds.MOVES, *steps)


def capture(chain, posted, hold_id, *, source, payee, alone=False, **told):
    """Move what is held of the wallet ``source`` to the wallet ``payee``; ids both.

    chain: one of :func:`followed_by`; posted: the entry it becomes (:func:`entries.draw`); alone:
    not with the request but by itself, and kept when this returns; told: ``currency``,
    ``client_id``, and what the chain takes. The caller holds no lock on a wallet.
    Raises OtherCurrency, Frozen; holds.Ended: it was captured or released, or is not due.
    """
    ask = hot.run if alone else hot.within
    named = {"hold_id": hold_id, "source": source, "payee": payee, "description": ""}
    if not ask(chain, id=posted.id, now=posted.made_at, **named, **told):
        raise _why(ask(_WALLETS, source=source, payee=payee), told["currency"])


def _why(wallets, currency):
    if any(wallet.currency != currency for wallet in wallets):
        return spendable.OtherCurrency()
    return spendable.Frozen() if any(wallet.frozen_at for wallet in wallets) else holds.Ended()
