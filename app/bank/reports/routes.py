"""Reports over HTTP: the history, figures of use, trends and monthly statements of a wallet."""

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound

from app.bank.gate import bank
from app.bank.reports import (
    answers,
    asking,
    export,
    history,
    periods,
    reading,
    statements,
    trends,
)
from app.bank.sharing import TYPE, shared
from app.foundation import clock, spreadsheets
from app.resource_server import current_token

reports = Blueprint("reports", __name__)
gate = bank.part("reports")


@reports.get("/reports/transactions/<user_id>")
@gate.require("reports:read", owner="user_id", live=True, details=TYPE)
@shared("reports", "transactions")
def transactions(user_id):
    """Answer the history, the last first: a page of it, or all of it as CSV."""
    wallet = reading.wallet_of(current_token.subject)
    asked = asking.history(request.args, wallet)
    if asked.as_csv:
        name = f"transactions-{periods.today(clock.now())}.csv"
        return _file(export.of(history.pages(wallet, asked.wanted)), name)
    lines, more = history.page(wallet, asked.wanted, asked.after, asked.limit)
    return _about(wallet) | answers.of_page(wallet, lines, more)


@reports.get("/reports/usage/<user_id>")
@gate.require("reports:read", owner="user_id", live=True, details=TYPE)
@shared("reports", "transactions")
def usage(user_id):
    """Answer how many movements of which kind there were in each month, and how much."""
    wallet = reading.wallet_of(current_token.subject)
    months = asking.usage(request.args, clock.now())
    flows = reading.flows(wallet, months, by_kind=True)
    return _about(wallet) | {"months": answers.of_usage(months, flows)}


@reports.get("/reports/trends/<user_id>")
@gate.require("reports:read", owner="user_id", live=True, details=TYPE)
@shared("reports", "transactions")
def trend(user_id):
    """Answer a series of months or weeks, their average, and what changed."""
    wallet = reading.wallet_of(current_token.subject)
    by, count = asking.trend(request.args)
    found = trends.of(wallet, by, count, clock.now())
    return _about(wallet) | {"by": by} | answers.of_trend(found)


@reports.get("/reports/statements/<user_id>/<month>")
@gate.require("reports:read", owner="user_id", live=True, details=TYPE)
@shared("reports", "transactions")
def statement(user_id, month):
    """Answer a month: its sums and a page of its movements, the oldest first; or it as CSV."""
    wallet = reading.wallet_of(current_token.subject)
    try:
        made = statements.of(wallet, periods.month(periods.read_month(month)))
    except ValueError:
        raise NotFound from None
    asked = asking.statement(request.args, wallet)
    if asked.as_csv:
        lines = history.pages(wallet, made.wanted, oldest_first=True)
        return _file(export.of_statement(made, lines, clock.now()), f"statement-{month}.csv")
    page = history.page(wallet, made.wanted, asked.after, asked.limit, oldest_first=True)
    return _about(wallet) | answers.of_statement(made) | answers.of_page(wallet, *page)


def _about(wallet):
    return {
        "userId": current_token.subject,
        "currency": wallet.currency,
        "timeZone": periods.zone().key,
    }


def _file(pieces, name):
    """A file that is read while it is sent."""
    app = current_app._get_current_object()
    answer = Response(_piecewise(app, pieces), mimetype=spreadsheets.MEDIA)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _piecewise(app, pieces):
    """Make each piece in a context of its own: between two, nothing is held of the database.

    So who reads slowly keeps nobody waiting, and whoever asks from within the process finds their
    own context as they left it.
    """
    piece = ""
    while piece is not None:
        with app.app_context():
            piece = next(pieces, None)
        yield piece or ""
