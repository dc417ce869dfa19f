"""A history as CSV, for people and their spreadsheets, made line by line.

The bank's own hours. What came in and what went out stand in columns of their own, so no amount
has a sign.
"""

from decimal import Decimal

from babel.numbers import get_currency_precision

from app.bank.reports import periods
from app.foundation.spreadsheets import MARK, lines, plain

COLUMNS = (
    "createdAt",
    "type",
    "description",
    "counterparty",
    "in",
    "out",
    "balanceAfter",
    "currency",
    "status",
    "id",
)


def of(pages):
    """Yield the file of ``pages`` (lists of lines) in pieces of text."""
    yield MARK + lines([COLUMNS])
    zone = periods.zone()
    for page in pages:
        yield lines(_fields(line, zone) for line in page)


def of_statement(statement, pages, now):
    """Yield the file of a month: what there was, every movement, the oldest first, what is left."""
    zone, currency = periods.zone(), statement.wallet.currency
    month = statement.month
    opening = _total("opening", month.start, statement.opening_minor, currency)
    yield MARK + lines([COLUMNS, opening])
    held = statement.opening_minor
    for page in pages:
        yield lines(_fields(line, zone) for line in page)
        held = page[-1].balance_minor if page else held
    yield lines([_total("closing", min(month.end, now), held, currency)])


def amount(minor, currency):
    """Return ``minor`` units as a number with a decimal comma; nothing for None."""
    if minor is None:
        return ""
    places = get_currency_precision(currency)
    return str(Decimal(minor).scaleb(-places)).replace(".", ",")


def _fields(line, zone):
    """The fields of one line, in the order of ``COLUMNS``."""
    size = amount(abs(line.amount_minor), line.currency)
    return (
        _moment(line.place.made_at, zone),
        line.kind,
        plain(line.description),
        plain(line.counterparty or ""),
        size if line.direction == "in" else "",
        size if line.direction == "out" else "",
        amount(line.balance_minor, line.currency),
        line.currency,
        line.status,
        line.id,
    )


def _total(kind, moment, held, currency):
    """A line that is no movement: what the wallet held at ``moment``."""
    when = _moment(moment, periods.zone())
    return (when, kind, "", "", "", "", amount(held, currency), currency, "", "")


def _moment(value, zone):
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
