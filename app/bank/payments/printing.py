"""A receipt as a page: to be read, kept and printed, in the reader's language."""

from pathlib import Path

from flask import Blueprint, current_app, render_template

from app.bank.payments.boletos import reading
from app.foundation import words

WORDS = Path(__file__).parent / "words"
ROOT = Path(__file__).parents[3]

receipts = Blueprint(
    "receipts",
    __name__,
    template_folder=ROOT / "templates" / "bank",
    static_folder=ROOT / "static" / "bank",
    static_url_path="/payments/static",
)


def init_app(app):
    """Give ``app`` the words of its receipts, and their style to browsers."""
    app.register_blueprint(receipts)
    words.init_app(app, WORDS, app.config["DEFAULT_LOCALE"])


def page(row, told):
    """Return the page of a payment's ``row``; told: its receipt as JSON tells it."""
    return render_template(
        "receipt.html",
        told=told,
        brand=current_app.config["BRAND_NAME"],
        amount=words.money(row.amount_minor, row.currency),
        paid_at=_moment(row.settled_at),
        reversed_at=row.reversed_at and _moment(row.reversed_at),
        line=told.get("line") and reading.grouped(told["line"]),
        due=row.due_date and words.day(row.due_date),
    )


def _moment(value):
    zone = words.zone_name()
    return words.t("receipt.moment", date=words.date(value), time=words.time(value), zone=zone)
