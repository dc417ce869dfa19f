"""What each report may be asked, read from the query; every parameter that will not do is named."""

from datetime import timedelta
from typing import NamedTuple

from app.bank.reports import cursors, parameters, periods, trends
from app.bank.reports.cursors import Place
from app.bank.reports.history import Wanted
from app.bank.reports.parameters import Query

FORMATS = ("json", "csv")
DIRECTIONS = ("in", "out")
USUAL_LINES, MOST_LINES = 50, 200
USUAL_MONTHS, MOST_MONTHS = 12, 36
PAGING = ("cursor", "limit", "format")
FILTERS = ("from", "to", "type", "direction", "min", "max", "q")


class Asked(NamedTuple):
    """Which movements, from which place on, how many at once, or all of them as CSV."""

    wanted: Wanted
    after: Place | None
    limit: int
    as_csv: bool


def history(args, wallet):
    """Return what is :class:`Asked` of the history of ``wallet``. Raises Invalid."""
    query = Query(args, FILTERS + PAGING)
    first, last = parameters.day(query, "from"), parameters.day(query, "to")
    least, most = parameters.amount(query, "min"), parameters.amount(query, "max")
    if first and last and last < first:
        query.refuse("to", "A day that is not before `from`.")
    if least and most and most < least:
        query.refuse("max", "An amount that is not below `min`.")
    wanted = Wanted(
        since=first and periods.begins(first),
        until=last and periods.begins(last + timedelta(days=1)),
        kinds=parameters.kinds(query, "type"),
        direction=parameters.choice(query, "direction", DIRECTIONS),
        least=least,
        most=most,
        words=parameters.words(query, "q"),
    )
    return _paged(query, wallet, wanted)


def statement(args, wallet):
    """Return what is :class:`Asked` of a month's movements. Raises Invalid."""
    return _paged(Query(args, PAGING), wallet, None)


def usage(args, now):
    """Return the months that are asked for, or else the last year's. Raises Invalid."""
    query = Query(args, ("from", "to"))
    last = parameters.month(query, "to") or periods.today(now)
    first = parameters.month(query, "from")
    found = periods.last_months(last, USUAL_MONTHS)
    if first and first > last:
        query.refuse("to", "A month that is not before `from`.")
    elif first and (last.year - first.year) * 12 + last.month - first.month >= MOST_MONTHS:
        query.refuse("from", f"At most {MOST_MONTHS} months in all.")
    elif first:
        found = periods.months(first, last)
    query.check()
    return found


def trend(args):
    """Return ``month`` or ``week``, and how many of them. Raises Invalid."""
    query = Query(args, ("by", "periods"))
    by = parameters.choice(query, "by", tuple(trends.STEPS), "month")
    usual, most = trends.STEPS[by][1:]
    count = parameters.number(query, "periods", least=2, most=most, default=usual)
    query.check()
    return by, count


def _paged(query, wallet, wanted):
    asked = Asked(
        wanted,
        query.take(
            "cursor",
            lambda text: cursors.read(wallet.id, text),
            "The `next` of an answer about this wallet, as it was.",
        ),
        parameters.number(query, "limit", least=1, most=MOST_LINES, default=USUAL_LINES),
        parameters.choice(query, "format", FORMATS, "json") == "csv",
    )
    query.check()
    return asked
