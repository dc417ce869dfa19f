"""Cash: each withdrawal that was paid out took its money once, and gave it back if no note came."""

from sqlalchemy import and_, func, select

from app.bank import records
from app.bank.atm.models import Terminal, Withdrawal
from app.bank.ledger.models import Entry, Hold, Posting, Wallet
from app.bank.reconciling.snapshot import Difference, rows, told

_withdrawals, _terminals = Withdrawal.__table__, Terminal.__table__
_entries, _postings, _holds = Entry.__table__, Posting.__table__, Hold.__table__
_wallets, _records = Wallet.__table__, records.BankRecord.__table__
PAID = ("validated", "dispensed")


def withdrawals(connection):
    """Compare each withdrawal with what the record names as its entry, and as its reversal."""
    columns = ("id", "state", "amount_minor", "wallet_id")
    query = select(*(_withdrawals.c[name] for name in columns), _holds.c.purpose.label("held_for"))
    query = query.join(_holds, _holds.c.id == _withdrawals.c.hold_id, isouter=True)
    query = _with(connection, query, records.WITHDRAWAL_VALIDATED, "taken")
    query = _with(connection, query, records.WITHDRAWAL_REVERSED, "back")
    for row in rows(connection, query, _withdrawals.c.id):
        paid, undone = row.state in {*PAID, "reversed"}, row.state == "reversed"
        expected = {
            "held_for": "withdrawal",
            "taken_records": int(paid),
            "taken_kind": "withdrawal" if paid else None,
            "taken_minor": -row.amount_minor if paid else 0,
            "back_records": int(undone),
            "back_kind": "reversal" if undone else None,
            "back_minor": row.amount_minor if undone else 0,
        }
        for name, value in expected.items():
            if row._mapping[name] != value:
                yield Difference(_withdrawals.name, row.id, name, value, row._mapping[name])
        yield None


def tills(connection):
    """What a terminal's wallet has taken in is what was paid out there and not given back."""
    here = _withdrawals.c.terminal_id == _terminals.c.id, _withdrawals.c.state.in_(PAID)
    paid = select(func.coalesce(func.sum(_withdrawals.c.amount_minor), 0)).where(*here)
    query = select(_terminals.c.id, paid.scalar_subquery().label("paid"), _wallets.c.balance_minor)
    query = query.join(_wallets, _wallets.c.id == _terminals.c.cash_wallet_id, isouter=True)
    for row in rows(connection, query, _terminals.c.id):
        if row.balance_minor != row.paid:
            what = "balance of its cash"
            yield Difference(_terminals.name, row.id, what, int(row.paid), row.balance_minor)
        yield None


def _with(connection, query, event, name):
    """``query`` with what the record says of ``event``, and what the entry did that it names."""
    record, entry = _records.alias(f"{name}_record"), _entries.alias(f"{name}_entry")
    of_it = and_(record.c.subject == _withdrawals.c.id, record.c.event == event)
    moved = _postings.c.entry_id == entry.c.id, _postings.c.wallet_id == _withdrawals.c.wallet_id
    total = select(func.coalesce(func.sum(_postings.c.amount_minor), 0)).where(*moved)
    lines = _records.alias(f"{name}_lines")
    each = lines.c.subject == _withdrawals.c.id, lines.c.event == event
    query = query.join(record, of_it, isouter=True)
    named = entry.c.id == told(connection, record.c.data, "entry")
    return query.join(entry, named, isouter=True).add_columns(
        select(func.count()).where(*each).scalar_subquery().label(f"{name}_records"),
        entry.c.kind.label(f"{name}_kind"),
        total.scalar_subquery().label(f"{name}_minor"),
    )
