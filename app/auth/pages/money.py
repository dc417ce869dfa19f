"""One's own money: what there is, what came and went, month by month; as the bank tells it."""

import re

from flask import Response, request

from app.auth.accounts import identifiers
from app.auth.banking import desk
from app.auth.hosted import forms, signed_in
from app.auth.pages import money_words
from app.auth.sessions import browser
from app.foundation import words
from app.foundation.problems import NotFound

money = signed_in.door("account_money")

MONTHS = 6
LINES = 20
FILTERS = ("type", "direction", "from", "to", "q")
LONGEST = 140
NOTHING = {"items": [], "next": None}
MONTH = re.compile(r"(20|21)[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)


@money.get("/account/money")
def index():
    """Show the balance, the months as a picture, and the history, as it was asked for."""
    here, asked = browser.presence(), _asked()
    figures = _figures(here)
    found, wrong = _history(here, asked)
    return forms.page(
        "money",
        422 if wrong else 200,
        state="error" if wrong else None,
        rows=money_words.rows(found["items"]),
        next=found["next"],
        asked=asked,
        wrong=wrong,
        kinds=tuple(money_words.SIGNS),
        paged="cursor" in request.args,
        **figures,
        **signed_in.page(),
    )


@money.get("/account/money/<month>")
def statement(month):
    """Show the statement of a month, a page at a time, the oldest first."""
    try:
        told = desk.told(browser.presence(), _statement(month), **_after())
    except desk.Refused:
        raise NotFound from None
    sums = {"opening": told["opening"], "in": told["in"]["amount"], "out": told["out"]["amount"]}
    sums["closing"] = told["closing"]
    return forms.page(
        "money_month",
        month=month,
        called=money_words.month(month),
        sums={name: words.money(value, told["currency"]) for name, value in sums.items()},
        rows=money_words.rows(told["items"]),
        next=told["next"],
        **signed_in.page(),
    )


@money.get("/account/money/<month>/file")
def file(month):
    """Give the statement of a month as CSV, as the bank makes it."""
    pieces = desk.file(browser.presence(), _statement(month), format="csv")
    answer = Response(pieces, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="statement-{month}.csv"'
    return answer


@money.errorhandler(desk.BankAway)
def say_away(away):
    """Say that the bank cannot be reached; all else of the account is as it was."""
    return forms.again("money_away", away, **signed_in.page())


@money.errorhandler(desk.NoWallet)
def say_closed(_none):
    """Say that there is no wallet yet, and what opens one."""
    return forms.page("money_closed", state="closed", **signed_in.page())


def _asked():
    """What was asked for, as it was typed; what was left empty was not asked for."""
    typed = {name: request.args.get(name, "").strip()[:LONGEST] for name in FILTERS}
    return {name: value for name, value in typed.items() if value}


def _days(asked):
    """Return the days that were asked for as the bank reads them; one that is none stays as it is.

    So that the bank says what will not do.
    """
    read = {name: identifiers.day(asked[name]) for name in ("from", "to") if name in asked}
    return {name: str(day) for name, day in read.items() if day}


def _after():
    cursor = request.args.get("cursor", "")[:LONGEST]
    return {"cursor": cursor} if cursor else {}


def _figures(here):
    """What the wallet holds, and its months."""
    try:
        balance = desk.told(here, "/wallet/me/balance")
        trend = desk.told(here, "/reports/trends/me", by="month", periods=MONTHS)
    except desk.Refused as refused:  # nothing was asked that a person typed
        raise desk.BankAway(detail=f"refused: {refused.fields}") from None
    held = {name: words.money(balance[name], balance["currency"]) for name in ("available", "held")}
    return {
        "balance": held,
        "held": balance["held"],
        "months": money_words.months(trend),
        "chart": money_words.chart(trend),
    }


def _history(here, asked):
    """Return a page of the history, and a sentence for each field that will not do."""
    try:
        query = asked | _days(asked) | _after()
        return desk.told(here, "/reports/transactions/me", limit=LINES, **query), {}
    except desk.Refused as refused:
        fields = [name for name in refused.fields if name in FILTERS]
        if not fields:
            raise NotFound from None
        return NOTHING, {name: words.t(f"money.wrong_{name}") for name in fields}


def _statement(month):
    """Return where the bank has the statement of ``month``. Raises NotFound: when it is none."""
    if not MONTH.fullmatch(month):
        raise NotFound
    return f"/reports/statements/me/{month}"
