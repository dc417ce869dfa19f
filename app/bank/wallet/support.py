"""A wallet as those see it who help its owner: enough to answer, and every look is on the record.

No name, no balance, no payee and no words of anybody's: whether it can be used, and what moved
when. Nothing here moves anything.
"""

from sqlalchemy import select

from app.bank import records
from app.bank.database import db
from app.bank.ledger.models import Entry, Posting, Wallet
from app.bank.wallet import payees
from app.foundation.problems import Problem

LAST = 10  # movements


class NotTheDesk(Problem):
    """A person's app looks into no wallet but their own."""

    code = "support_only"
    status = 403
    description = "Only the desk that helps people, asking for itself, looks into wallets."


def look(named, client_id):
    """Return what support may know (dict) of the wallet that goes by ``named``, and record it.

    named: a ``sub`` or an integer id; client_id: the desk that asks.
    Raises payees.UnknownPayee: nobody's wallet goes by that name.
    """
    owner = payees.owner_of(named)
    wallet = db.session.scalars(select(Wallet).where(Wallet.owner_sub == owner)).one()
    records.record(records.WALLET_LOOKED_AT, actor=client_id, subject=wallet.id)
    return {
        "userId": f"{owner[:4]}…{owner[-4:]}",
        "currency": wallet.currency,
        "frozen": wallet.frozen_at is not None,
        "hasHeld": wallet.held_minor > 0,
        "openedAt": wallet.opened_at,
        "movements": _last(wallet.id),
    }


def _last(wallet_id):
    newest = (
        select(Entry.id, Entry.kind, Posting.amount_minor, Posting.made_at)
        .join(Posting, Posting.entry_id == Entry.id)
        .where(Posting.wallet_id == wallet_id)
        .order_by(Posting.made_at.desc(), Posting.id.desc())
        .limit(LAST)
    )
    return [
        {
            "id": row.id,
            "type": row.kind,
            "direction": "in" if row.amount_minor > 0 else "out",
            "amount": abs(row.amount_minor),
            "createdAt": row.made_at,
        }
        for row in db.session.execute(newest)
    ]
