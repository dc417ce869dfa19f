"""How the bank's figures read to the person whose money it is."""

from datetime import date, datetime
from typing import NamedTuple

from app.auth.accounts import lookup
from app.auth.hosted import chart as charts
from app.foundation import clock, words

# Kind of movement → the icon beside it; a kind that is not known here is told as a movement.
SIGNS = {
    "transfer": "arrow",
    "funding": "plus",
    "deposit": "plus",
    "bill": "printer",
    "topup": "phone",
    "withdrawal": "leave",
    "reversal": "clock",
}


class Row(NamedTuple):
    """One movement. came: did it come in? balance: what there was after it, or None."""

    sign: str
    title: str
    description: str
    when: str
    came: bool
    amount: str
    balance: str | None


class Month(NamedTuple):
    """One month: its name for the address, for people, and what came, went and was left."""

    name: str
    title: str
    came: str
    went: str
    balance: str


def rows(items):
    """Return the :class:`Row` of each of ``items`` (dicts of the bank)."""
    names = lookup.names({item["counterparty"].get("id") for item in items})
    now = clock.now()
    return [_row(item, names, now) for item in items]


def months(trend):
    """Return the :class:`Month` rows of a ``trend`` (dict of the bank), the newest first."""
    currency = trend["currency"]
    return [
        Month(
            point["period"],
            month(point["period"]),
            *(words.money(point[name], currency) for name in ("in", "out", "balance")),
        )
        for point in reversed(trend["series"])
    ]


def chart(trend):
    """Return the picture of a ``trend`` (dict of the bank)."""
    return charts.of(
        [
            (words.month(_first(point["period"]), short=True), point["in"], point["out"])
            for point in trend["series"]
        ]
    )


def month(name):
    """Return the month called *2026-11* in words."""
    return words.month(_first(name))


def _first(name):
    return date.fromisoformat(f"{name}-01")


def _row(item, names, now):
    came = item["direction"] == "in"
    balance = item.get("balanceAfter")
    return Row(
        sign=SIGNS.get(item["type"], "clock"),
        title=_title(item, names.get(item["counterparty"].get("id"))),
        description=item["description"],
        when=words.when(datetime.fromisoformat(item["createdAt"]), now),
        came=came,
        amount=words.money(item["amount"] if came else -item["amount"], item["currency"]),
        balance=None if balance is None else words.money(balance, item["currency"]),
    )


def _title(item, name):
    """What it was; to or from whom, where that is a person we know."""
    kind = item["type"] if item["type"] in SIGNS else "other"
    key = f"money.{kind}_{item['direction']}"
    if name and words.known(f"{key}_named"):
        return words.t(f"{key}_named", name=name)
    return words.t(key if words.known(key) else f"money.kind_{kind}")
