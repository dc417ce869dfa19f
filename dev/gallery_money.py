"""The walk to the pages of one's own money, and the half year that Bia has behind her."""

from datetime import UTC, datetime, timedelta

import time_machine

from app.auth.accounts import lookup
from app.bank.database import db
from app.bank.gate import Caller
from app.bank.ledger import funding
from app.bank.wallet import orders, transfers
from app.foundation.database import kept
from dev.gallery_steps import email, sign_in

MONTH = timedelta(days=30)
LIFE = (  # months ago, R$ cents, whose words; what is below zero goes to Ana
    (5, 420_000, ""),
    (5, -180_000, "Aluguel"),
    (5, -3_250, "Pão de queijo"),
    (4, 435_000, ""),
    (4, -180_000, "Aluguel"),
    (4, -96_000, "Passagens para Ouro Preto"),
    (3, 420_000, ""),
    (3, -180_000, "Aluguel"),
    (2, 510_000, ""),
    (2, -180_000, "Aluguel"),
    (2, -241_990, "Bicicleta"),
    (1, 420_000, ""),
    (1, -180_000, "Aluguel"),
    (1, -12_480, "Feira"),
    (0, 125_000, ""),
    (0, -4_050, "Pão de queijo e café"),
)


def money(page, gallery):
    """One's own money."""
    _live(gallery.server)
    _own(page, gallery, "/account/money")


def money_none(page, gallery):
    """There is none yet."""
    _own(page, gallery, "/account/money", "Dora Alves")


def money_error(page, gallery):
    """A filter that will not do."""
    _own(page, gallery, "/account/money?from=2026-02-01&to=2026-01-01")


def money_month(page, gallery):
    """The statement of this month."""
    money(page, gallery)
    page.click("#months-table tbody a >> nth=1")
    page.wait_for_selector("#sums")


def _own(page, gallery, path, name="Bia Lima"):
    page.goto(f"{gallery.url}{path}")
    sign_in(page, name)


def _live(server):
    """Let half a year pass for Bia, once for each server."""
    with server.inside("auth") as app, app.app_context():
        bia, ana = (lookup.by_email(email(name)).sub for name in ("Bia Lima", "Ana Souza"))
    with server.inside("bank") as app, app.app_context():
        if db.session.execute(db.text("SELECT 1 FROM wallet_entries")).first():
            return
        app.config |= dict.fromkeys(("STEP_UP_FROM_MINOR", "STEP_UP_CUMULATIVE_MINOR"), 10**12)
        app.config["STEP_UP_CUMULATIVE_COUNT"] = 10**6
        caller, now = Caller(bia, "cofrinho"), datetime.now(UTC)
        for number, (months, amount, words) in enumerate(LIFE):
            then = now - months * MONTH - timedelta(hours=len(LIFE) - number)
            with time_machine.travel(then, tick=True), kept(db):
                if amount > 0:
                    funding.fund(bia, amount)
                    funding.fund(ana, 1)
                else:
                    transfers.make(orders.Order(ana, -amount, "BRL", words), caller)


WALKS = (money, money_none, money_error, money_month)
