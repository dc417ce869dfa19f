"""Payments to suppliers: each took its money once, and gave it back once if it was reversed."""

from sqlalchemy import func, select

from app.bank.ledger.models import Entry, Hold, Posting, Wallet
from app.bank.payments import settling
from app.bank.payments.models import Payment
from app.bank.payments.providers.interface import COMPLETED, REVERSED
from app.bank.reconciling.snapshot import Difference, rows

_payments, _wallets = Payment.__table__, Wallet.__table__
_entries, _postings, _holds = Entry.__table__, Posting.__table__, Hold.__table__


def payments(connection):
    """Compare each payment that was completed with its entry, and its reversal with its own."""
    taken, back = _entries.alias("taken"), _entries.alias("back")
    query = select(
        *(_payments.c[name] for name in ("id", "kind", "state", "amount_minor", "wallet_id")),
        _holds.c.purpose.label("held_for"),
        taken.c.kind.label("taken_kind"),
        back.c.kind.label("back_kind"),
        _moved(_payments.c.entry_id).label("taken_minor"),
        _moved(_payments.c.reversal_id).label("back_minor"),
    )
    query = query.join(_holds, _holds.c.id == _payments.c.hold_id, isouter=True)
    query = query.join(taken, taken.c.id == _payments.c.entry_id, isouter=True)
    query = query.join(back, back.c.id == _payments.c.reversal_id, isouter=True)
    for row in rows(connection, query, _payments.c.id):
        done, undone = row.state in {COMPLETED, REVERSED}, row.state == REVERSED
        expected = {
            "held_for": row.kind,
            "taken_kind": row.kind if done else None,
            "taken_minor": -row.amount_minor if done else 0,
            "back_kind": "reversal" if undone else None,
            "back_minor": row.amount_minor if undone else 0,
        }
        for name, value in expected.items():
            if row._mapping[name] != value:
                yield Difference(_payments.name, row.id, name, value, row._mapping[name])
        yield None


def settlement(connection):
    """What is to go to providers is what was paid through them and not taken back."""
    owed = select(_payments.c.currency, func.sum(_payments.c.amount_minor))
    owed = owed.where(_payments.c.state == COMPLETED).group_by(_payments.c.currency)
    expected = {settling.wallet_id(name): int(total) for name, total in connection.execute(owed)}
    ours = _wallets.c.id.startswith(settling.wallet_id(""), autoescape=True)
    kept = select(_wallets.c.id, _wallets.c.balance_minor).where(ours)
    found = dict(connection.execute(kept).all())
    for wallet in sorted(expected.keys() | found.keys()):
        what, is_there = expected.get(wallet, 0), found.get(wallet)
        if what != is_there:
            yield Difference(_wallets.name, wallet, "owed to providers", what, is_there)
        yield None


def _moved(entry_id):
    """What an entry did to the wallet that the payment is of."""
    mine = _postings.c.entry_id == entry_id, _postings.c.wallet_id == _payments.c.wallet_id
    total = select(func.coalesce(func.sum(_postings.c.amount_minor), 0)).where(*mine)
    return total.scalar_subquery()
