"""One's own money on the pages: as the bank tells it, and as far as it does."""

import re

import httpx
import pytest

import config
from app.auth.banking import desk, own_app
from app.auth.clients import registration
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import register_client
from app.auth.sessions.browser import Presence
from app.auth.tokens import access
from app.bank import assembly
from app.bank.gate import Caller
from app.bank.wallet import orders, transfers
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import stage
from tests.bank.conftest import Bank
from tests.support import houses
from tests.support.marks import abuse, asvs, mission


@pytest.fixture
def bank(app, new_database, database_kind):
    """The bank, which asks this authorization server and is asked by it, in one process."""
    own = houses.BANK | {"BANK_DATABASE_URL": new_database("bank", database_kind)}
    transport = httpx.WSGITransport(app=app)
    made = assembly.create_app(config.load(config.Bank, **own), transport=transport)
    described = {"grant_types": ["client_credentials"], "audiences": [app.config["BANK_AUDIENCE"]]}
    with app.app_context(), kept(db):
        stage.make_keys()
        own_app.ensure()
        register_client.register(
            described,
            scopes=scopes.CATALOGUE,
            client_id=own["BANK_CLIENT_ID"],
            client_secret=own["BANK_CLIENT_SECRET"],
        )
    app.extensions["bank"].within(made)
    yield Bank(made, None)
    houses.close(made)


@pytest.fixture
def sub(app):
    """Return a function that gives the subject of somebody by their first name."""

    def of(name):
        with app.app_context():
            row = db.session.execute(
                db.text("SELECT sub FROM users WHERE email = :email"),
                {"email": f"{name}@exemplo.com.br"},
            )
            return row.scalar_one()

    return of


def send(bank, giver, taker, amount, description=""):
    """Move money straight through the ledger."""
    with bank.app.app_context(), kept(bank.app.database):
        order = orders.Order(taker, amount, "BRL", description)
        transfers.make(order, Caller(giver, "cofrinho"))


@mission("S113", "S115")
def test_a_person_sees_balance_months_and_history(bank, ana, sub):
    bank.fund(sub("ana"), 125_000)
    bank.fund(sub("bia"), 100)
    send(bank, sub("ana"), sub("bia"), 4_050, "Pão de queijo")

    page = ana.open("/account/money")

    assert (page.status, page.name) == (200, ("money", "ready"))
    assert "R$ 1.209,50" in page.text
    assert "Enviado para Bia Souza" in page.text
    assert "Pão de queijo" in page.text
    assert "Crédito" in page.text
    assert page.html.count('<rect class="bar-') == 2 + 2  # this month's, and the legend's
    assert len(re.findall(r"<tr><th scope=\"row\">", page.html)) == 6


@mission("S113")
def test_a_months_statement_is_a_page_and_a_file(bank, ana, sub, held_clock):
    bank.fund(sub("ana"), 125_000)

    page = ana.open("/account/money/2026-11")
    file = ana.client.get("/account/money/2026-11/file", headers=ana.headers)

    assert "Extrato de novembro de 2026" in page.text
    assert "R$ 1.250,00" in page.text
    assert file.mimetype == "text/csv"
    assert 'filename="statement-2026-11.csv"' in file.headers["Content-Disposition"]
    assert [line.split(";")[1] for line in file.text.splitlines()] == [
        "type", "opening", "funding", "closing"
    ]  # fmt: skip


@asvs("5.4.2")
@pytest.mark.parametrize("month", ["2026-13", "now", "2026-11-01", "..%2Ftransactions", "١٢٣٤-١١"])
def test_a_month_that_is_none_is_not_there(bank, ana, month):
    assert ana.open(f"/account/money/{month}").status == 404
    assert ana.open(f"/account/money/{month}/file").status == 404


def test_filters_are_the_banks_and_what_will_not_do_is_said(bank, ana, sub):
    bank.fund(sub("ana"), 125_000)

    fine = ana.open("/account/money?type=funding&direction=in&from=&to=&q=")
    none = ana.open("/account/money?direction=out")
    wrong = ana.open("/account/money?from=yesterday&type=bill&limit=1000")

    assert (fine.status, "Crédito" in fine.text) == (200, True)
    assert (none.status, "Nada encontrado" in none.text) == (200, True)
    assert (wrong.status, wrong.name) == (422, ("money", "error"))
    assert "Escreva o primeiro dia como dia/mês/ano" in wrong.text
    days = ana.open("/account/money?from=20/11/2026&to=31/12/2199")
    assert (days.status, "Crédito" in days.html) == (200, True)


def test_the_history_goes_on_page_by_page(bank, ana, sub):
    for number in range(23):
        bank.fund(sub("ana"), 100 + number)

    first = ana.open("/account/money")
    assert ana.open("/account/money?cursor=xyz").status == 404
    link = re.search(r'id="money-more" href="([^"]+)"', first.html)[1]
    second = ana.open(link.replace("&amp;", "&"))

    assert first.html.count('class="tile"') == 20
    assert second.html.count('class="tile"') == 3


@abuse("F-01")
def test_nobody_sees_anothers_money(bank, ana, browser, sub):
    bank.fund(sub("ana"), 77_700)
    bia = browser()
    bia.sign_in(bia.open("/account"), "bia@exemplo.com.br")

    assert "777,00" in ana.open("/account/money").text
    assert "777,00" not in bia.open(f"/account/money?userId={sub('ana')}").text
    assert browser().open("/account/money").name[0] == "login"


@asvs("10.1.1")
def test_no_token_for_the_bank_comes_to_the_browser(bank, ana, sub):
    bank.fund(sub("ana"), 125_000)

    page = ana.open("/account/money")

    assert page.status == 200
    assert "eyJ" not in page.html + str(page.headers)
    assert not [one.key for one in ana.client._cookies.values() if "token" in one.key]


def test_a_token_of_the_pages_may_only_read_for_a_minute(bank, app, sub):
    with app.app_context():
        person = db.session.execute(db.text("SELECT id, sub FROM users")).first()
        here = Presence(
            "ses_x", person.id, person.sub, None, None, clock.now(), "pwd", "loa2", False
        )
        claims = access.read(own_app.token(here))

    assert set(claims["scope"].split()) == {"wallet:read", "reports:read"}
    assert claims["exp"] - claims["iat"] == own_app.SECONDS == 60
    assert (claims["sid"], claims["client_id"]) == ("ses_x", own_app.CLIENT_ID)


@asvs("16.5.2")
def test_without_the_bank_the_page_says_so_and_the_rest_is_as_it_was(app, ana):
    class Gone:
        def __call__(self, environ, start_response):
            raise httpx.ConnectError("gone")

    with app.app_context(), kept(db):
        stage.make_keys()
        own_app.ensure()
    app.extensions["bank"].within(Gone())

    page = ana.open("/account/money")

    assert (page.status, page.name) == (503, ("money", "error"))
    assert "O banco não respondeu" in page.text
    assert ana.open("/account").status == 200


def test_a_bank_that_is_elsewhere_and_down_is_away(app, ana):
    with app.app_context(), kept(db):
        stage.make_keys()
        own_app.ensure()
    app.extensions["bank"] = desk.Desk("http://127.0.0.1:9")

    assert ana.open("/account/money").status == 503
    assert ana.open("/account/money/2026-11").status == 503
    assert ana.open("/account/money/2026-11/file").status == 503


@pytest.mark.parametrize("status", ["403 Forbidden", "422 Unprocessable Content"])
def test_who_has_no_wallet_yet_is_told_what_is_missing(app, ana, status):
    def answer(environ, start_response):
        start_response(status, [("Content-Type", "application/problem+json")])
        return [b"{}"]

    with app.app_context(), kept(db):
        stage.make_keys()
        own_app.ensure()
    app.extensions["bank"].within(answer)

    page = ana.open("/account/money")

    assert (page.status, page.name) == (200, ("money", "closed"))
    assert "Sua carteira ainda não está aberta" in page.text
    assert ana.open("/account/money/2026-11").name == ("money", "closed")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"<html>", b'{"errors": 1}', b'{"errors": [{"field": "limit"}]}']
)
@pytest.mark.parametrize("status", ["400 Bad Request", "500 Oh", "302 Found"])
def test_a_bank_that_answers_nonsense_is_away(app, ana, body, status):
    def answer(environ, start_response):
        start_response(status, [("Content-Type", "application/json")])
        return [body]

    with app.app_context(), kept(db):
        stage.make_keys()
        own_app.ensure()
    app.extensions["bank"].within(answer)

    assert ana.open("/account/money").status == 503


def test_switched_off_the_app_of_the_pages_sees_nothing(bank, app, ana, sub):
    with app.app_context(), kept(db):
        registration.disable(own_app.CLIENT_ID)
    app.extensions["clients"].clear()

    assert ana.open("/account/money").status == 503
