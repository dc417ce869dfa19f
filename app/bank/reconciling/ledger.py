"""The ledger by itself: entries that balance, balances that are their postings, holds that hold."""

from sqlalchemy import func, select

from app.bank.ledger.models import Entry, Hold, Posting, Wallet
from app.bank.reconciling.snapshot import Difference, rows

_entries, _postings = Entry.__table__, Posting.__table__
_holds, _wallets = Hold.__table__, Wallet.__table__


def whole(connection):
    """All postings, and all balances, add up to nothing in each currency."""
    posted = select(_wallets.c.currency, func.sum(_postings.c.amount_minor))
    posted = posted.join(_wallets, _wallets.c.id == _postings.c.wallet_id)
    kept = select(_wallets.c.currency, func.sum(_wallets.c.balance_minor))
    for table, sums in ((_postings, posted), (_wallets, kept)):
        grouped = sums.group_by(_wallets.c.currency).order_by(_wallets.c.currency)
        for currency, total in connection.execute(grouped):
            if total:
                yield Difference(table.name, currency, "sum of all", 0, int(total))
            yield None


def entries(connection):
    """Every entry moves something, and its postings add up to nothing."""
    of_it = _postings.c.entry_id == _entries.c.id
    lines = select(func.count()).where(of_it).scalar_subquery()
    total = _sum(_postings.c.amount_minor, of_it)
    for entry in rows(connection, select(_entries.c.id, lines, total), _entries.c.id):
        if entry[1] < 2:
            yield Difference(_entries.name, entry.id, "postings", "at least 2", entry[1])
        if entry[2]:
            yield Difference(_entries.name, entry.id, "sum of its postings", 0, int(entry[2]))
        yield None


def postings(connection):
    """Every posting is of an entry and of a wallet that there are, in one currency, at one time."""
    query = select(
        _postings.c.id,
        _postings.c.made_at,
        _entries.c.made_at.label("entry_made_at"),
        _entries.c.currency,
        _wallets.c.currency.label("wallet_currency"),
    )
    query = query.join(_entries, _entries.c.id == _postings.c.entry_id, isouter=True)
    query = query.join(_wallets, _wallets.c.id == _postings.c.wallet_id, isouter=True)
    for row in rows(connection, query, _postings.c.id):
        yield _different(row.id, "currency of its entry", row.currency, row.wallet_currency)
        yield _different(row.id, "made_at of its entry", row.entry_made_at, row.made_at)
        yield None


def wallets(connection):
    """A balance is the sum of its postings; what is held, that of the holds that live."""
    posted = _sum(_postings.c.amount_minor, _postings.c.wallet_id == _wallets.c.id)
    live = _holds.c.wallet_id == _wallets.c.id, _holds.c.state == "held"
    held = _sum(_holds.c.amount_minor, *live)
    columns = _wallets.c.id, _wallets.c.balance_minor, _wallets.c.held_minor
    query = select(*columns, posted.label("posted"), held.label("live"))
    for row in rows(connection, query, _wallets.c.id):
        if row.balance_minor != row.posted:
            yield _of_wallet(row, "balance_minor", row.posted, row.balance_minor)
        if row.held_minor != row.live:
            yield _of_wallet(row, "held_minor", row.live, row.held_minor)
        yield None


def _sum(column, *condition):
    return select(func.coalesce(func.sum(column), 0)).where(*condition).scalar_subquery()


def _different(posting_id, what, expected, found):
    same = expected == found and expected is not None
    return None if same else Difference(_postings.name, str(posting_id), what, expected, found)


def _of_wallet(row, what, expected, found):
    return Difference(_wallets.name, row.id, what, int(expected), found)
