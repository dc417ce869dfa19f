"""A history as CSV, for people and their spreadsheets, made line by line.

As spreadsheets in Brazil open it by a double click: semicolons between fields, because the comma
is the decimal mark there; UTF-8 with a mark that says so; the bank's own hours. What came in and
what went out stand in columns of their own, so no amount has a sign. A text that a spreadsheet
could take for a formula gets an apostrophe before it (OWASP, CSV Injection).
"""

import csv
import io
from decimal import Decimal

from babel.numbers import get_currency_precision

from app.bank.reports import periods

MEDIA = "text/csv"
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
_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def of(pages):
    """Yield the file of ``pages`` (lists of lines) in pieces of text."""
    yield _MARK + _rows([COLUMNS])
    zone = periods.zone()
    for lines in pages:
        yield _rows(_fields(line, zone) for line in lines)


def of_statement(statement, pages, now):
    """Yield the file of a month: what there was, every movement, the oldest first, what is left."""
    zone, currency = periods.zone(), statement.wallet.currency
    month = statement.month
    opening = _total("opening", month.start, statement.opening_minor, currency)
    yield _MARK + _rows([COLUMNS, opening])
    held = statement.opening_minor
    for lines in pages:
        yield _rows(_fields(line, zone) for line in lines)
        held = lines[-1].balance_minor if lines else held
    yield _rows([_total("closing", min(month.end, now), held, currency)])


def plain(text):
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    dangerous = text.lstrip().startswith(_FORMULA) or text[:1] in {"\t", "\r", "\n"}
    return f"'{text}" if text and dangerous else text


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


def _rows(rows):
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(rows)
    return written.getvalue()
