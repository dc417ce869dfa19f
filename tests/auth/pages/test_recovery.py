"""Coming back without the password, by pages and without a script."""

import re

import pytest

from app.auth.accounts import lookup, papers
from app.auth.database import db
from app.foundation import clock
from tests.auth import outbox
from tests.auth.pages.conftest import PASSWORD
from tests.auth.pages.visitor import CALLBACK
from tests.support.marks import abuse, asvs, mission

ANA = "ana@exemplo.com.br"
NUMBER = "+5511987654321"
NEW = "tres tigres na varanda"


@pytest.fixture
def app(app):
    """Ana has proved her e-mail address and her phone."""
    with app.app_context():
        ana = lookup.by_email(ANA)
        papers.keep(ana, "phone", NUMBER)
        ana.email_verified_at = ana.phone_verified_at = clock.now()
        db.session.commit()
    return app


@pytest.fixture
def letters(app):
    """The messages sent to an address or number."""

    def waiting(to=None):
        with app.app_context():
            return outbox.waiting(to)

    return waiting


@pytest.fixture
def link(letters):
    """The path of the link last sent."""

    def path():
        return letters()[-1].context["link"].removeprefix("http://localhost:3000")

    return path


def forgot(visitor, address="/forgot", identifier=ANA, **more):
    """Ask for a code; return the page it leads to."""
    page = visitor.open(address)
    return visitor.submit(page, "forgot-form", identifier=identifier, **more)


@mission("S59", "S64")
def test_by_a_code_and_on_to_the_app_that_asked(browser, ask, letters):
    visitor = browser()
    login = visitor.open(ask())

    reset = forgot(visitor, login.elements["forgot-password"]["href"])
    assert reset.name == ("reset", "ready")
    assert "Se existir uma conta com esses dados, enviamos um código" in reset.text
    code = letters(ANA)[-1].context["code"]
    login = visitor.submit(reset, "reset-form", code=code, new_password=NEW)
    assert login.name[0] == "login"
    assert "Senha alterada. Encerramos suas outras sessões." in login.text
    consent = visitor.sign_in(login, ANA, NEW)
    assert consent.name[0] == "consent"
    answer = visitor.submit(consent, "consent-form", decision="allow")

    assert answer.address.startswith(f"{CALLBACK}?code=")
    assert [m.name for m in letters(ANA)] == ["reset_code", "password_changed"]
    assert [m.name for m in letters(NUMBER)] == ["password_changed"]


def test_by_sms(browser, letters):
    forgot(browser(), channel="sms")

    assert [m.to for m in letters()] == [NUMBER]


@asvs("6.3.8")
@abuse("L-01")
def test_for_nobody_every_page_is_the_same(browser, letters, held_clock):
    walks = []
    for identifier in (ANA, "nobody@exemplo.com.br", "bia@exemplo.com.br", "11144477735"):
        visitor = browser()
        pages = [forgot(visitor, identifier=identifier)]
        for _ in range(6):
            typed = {"code": "12345x", "new_password": NEW}
            pages.append(visitor.submit(pages[-1], "reset-form", **typed))
        pages.append(forgot(visitor, identifier=identifier))
        held_clock.shift(61)
        pages.append(forgot(visitor, identifier=identifier))
        held_clock.shift(901)
        texts = [re.sub(r"\d\d:\d\d", "", page.text) for page in pages]
        walks.append([(p.status, p.name, t) for p, t in zip(pages, texts, strict=True)])

    assert walks.count(walks[0]) == len(walks)
    assert [status for status, *_ in walks[0]] == [200, *[422] * 5, 429, 429, 200]
    assert {m.to for m in letters()} == {ANA}


@asvs("3.5.3")
@abuse("V-07")
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_at_the_link_changes_nothing(app, browser, letters, link, method):
    forgot(browser())
    scanner = browser()

    for _ in range(3):
        answer = scanner.client.open(link(), method=method, headers=scanner.headers)
        assert answer.status_code == 200

    visitor = browser()
    page = visitor.open(link())
    assert page.name == ("reset", "ready")
    assert "code" not in page.elements
    login = visitor.submit(page, "reset-form", new_password=NEW)
    assert login.name[0] == "login"
    assert visitor.sign_in(login, ANA, NEW).name[0] == "account"


@mission("C13", "S66")
def test_a_link_is_good_once(browser, link):
    visitor = browser()
    forgot(visitor)
    path = link()
    page = visitor.open(path)
    visitor.submit(page, "reset-form", new_password=NEW)

    again = browser().open(path)
    late = visitor.submit(page, "reset-form", new_password="outra frase bem longa")

    assert (again.status, again.name[0]) == (410, "reset-over")
    assert (late.status, late.name[0]) == (410, "reset-over")
    assert again.elements["forgot-again"]["href"] == "/forgot"


@pytest.mark.parametrize("token", ["x", "x" * 5000, "%00", "\u0131", "' --", "a" * 43])
def test_a_link_that_is_none_is_over(browser, token):
    assert browser().open(f"/reset?token={token}").status in {400, 410, 414}


def test_the_reset_page_without_a_link_begins_anew(browser):
    assert browser().open("/reset").name[0] == "forgot"


def test_the_reset_page_of_a_journey_that_asked_for_nothing_leads_to_the_asking(browser, ask):
    visitor = browser()
    login = visitor.open(ask())

    assert visitor.open(login.address.replace("login", "reset")).name[0] == "forgot"


@mission("S68")
def test_other_browsers_are_signed_out(browser, letters):
    elsewhere = browser()
    elsewhere.sign_in(elsewhere.open("/account"), ANA, PASSWORD)
    visitor = browser()
    reset = forgot(visitor)

    code = letters(ANA)[-1].context["code"]
    visitor.submit(reset, "reset-form", code=code, new_password=NEW)

    assert elsewhere.open("/account").name[0] == "login"
    assert visitor.open("/account").name[0] == "login"  # a reset opens nothing by itself


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"new_password": "curta"}, "Use pelo menos 8 caracteres."),
        ({"new_password": "12345678"}, "apareceu em vazamentos"),
        ({"new_password": "ana souza 1"}, "Não use seu nome"),
        ({"new_password": ""}, "Digite a nova senha."),
        ({"code": ""}, "Digite o código de 6 números."),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_the_code_stays_good(
    browser, letters, typed, told
):
    visitor = browser()
    reset = forgot(visitor)
    right = {"code": letters(ANA)[-1].context["code"], "new_password": NEW}

    page = visitor.submit(reset, "reset-form", **(right | typed))

    assert page.status == 422
    assert page.text.count(told) == 2
    fields = page.forms["reset-form"]["fields"]
    assert (fields["code"], fields["new_password"]) == ("", "")
    assert visitor.submit(page, "reset-form", **right).name[0] == "login"


def test_nothing_typed_is_told_beside_the_field(browser):
    page = forgot(browser(), identifier="  ")

    assert page.status == 422
    assert page.text.count("Digite seu CPF, e-mail ou usuário.") == 2


@abuse("B-02")
def test_forms_that_are_not_ours_send_and_change_nothing(browser, letters, link):
    visitor = browser()
    assert forgot(visitor, csrf_token="0").status == 403
    assert letters() == []
    reset = forgot(visitor)
    code = letters(ANA)[-1].context["code"]

    by_code = visitor.submit(reset, "reset-form", code=code, new_password=NEW, csrf_token="0")
    by_link = visitor.submit(visitor.open(link()), "reset-form", new_password=NEW, csrf_token="0")

    assert (by_code.status, by_link.status) == (403, 403)
    assert browser().open(link()).status == 200


@abuse("V-06")
@pytest.mark.parametrize("typed", [f"{ANA},eve@evil.example", f"{ANA}%0acc:eve@evil.example"])
def test_no_other_address_can_be_slipped_in(browser, letters, typed):
    forgot(browser(), identifier=typed)

    assert "eve" not in repr(letters())


def test_the_host_header_has_no_part_in_the_link(browser, letters):
    visitor = browser()
    page = visitor.open("/forgot")

    visitor.headers = visitor.headers | {"X-Forwarded-Host": "evil.example"}
    visitor.submit(page, "forgot-form", identifier=ANA)

    assert letters()[-1].context["link"].startswith("http://localhost:3000/reset?token=")


def test_the_link_is_in_no_log(browser, link, capfd):
    visitor = browser()
    forgot(visitor)
    path = link()
    capfd.readouterr()

    visitor.open(path)

    told = capfd.readouterr()
    assert path.partition("token=")[2] not in told.out + told.err
