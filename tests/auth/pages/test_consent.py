"""The consent page: what is asked in plain words, and a no as easy as a yes."""

import re

import pytest

from app.auth.consents import scopes
from tests.support.marks import abuse, asvs, rfc

ANA, BIA = "ana@exemplo.com.br", "bia@exemplo.com.br"


@pytest.fixture
def asked(browser, ask):
    """Ana's browser at the consent page."""
    visitor = browser()
    return visitor, visitor.sign_in(visitor.open(ask()), ANA)


@asvs("10.7.2")
@rfc("OIDC Core", "3.1.2.4")
def test_it_says_who_asks_whom_for_what(asked):
    _, page = asked

    assert page.name == ("consent", "ready")
    assert "Permitir que Cofrinho acesse sua conta?" in page.text
    assert "Você entrou como Ana Souza" in page.text
    assert "Ver o saldo da sua carteira Somente consulta. Não permite movimentar" in page.text
    assert "Transferir" not in page.text


def test_every_scope_there_is_can_be_shown(browser, ask):
    visitor = browser()

    page = visitor.sign_in(visitor.open(ask(scope=" ".join(scopes.CATALOGUE))), ANA)

    assert page.html.count("<small>") == len(scopes.CATALOGUE) + 1  # and the app's host


def test_allow_and_deny_are_two_forms(asked):
    _, page = asked

    assert page.forms["consent-form"]["fields"]["decision"] == "allow"
    assert page.forms["consent-deny-form"]["fields"]["decision"] == "deny"
    assert page.elements["consent-allow"]["type"] == page.elements["consent-deny"]["type"]


def test_allowing_goes_back_to_the_app_with_a_code(asked):
    visitor, page = asked

    after = visitor.submit(page, "consent-form")

    assert after.status == 303
    assert re.match(r"https://app\.cofrinho\.example/callback\?code=", after.address)


@rfc("6749", "4.1.2.1")
def test_denying_goes_back_to_the_app_and_allows_nothing(asked, ask):
    visitor, page = asked

    after = visitor.submit(page, "consent-deny-form")

    assert "error=access_denied" in after.address
    assert "code=" not in after.address
    assert visitor.open(ask()).name[0] == "consent"


@rfc("OIDC Core", "3.1.2.4")
def test_what_was_allowed_is_not_asked_again_and_more_is(asked, ask):
    visitor, page = asked
    visitor.submit(page, "consent-form")

    assert "code=" in visitor.open(ask()).address
    more = visitor.open(ask(scope="openid profile wallet:read wallet:transfer"))

    assert more.name[0] == "consent"
    assert "Você já permitiu parte disto" in more.text
    assert "Transferir dinheiro da sua carteira Novo" in more.text
    assert more.text.count("Novo") == 1


@abuse("B-02")
@rfc("9700", "4.7")
@pytest.mark.parametrize("form", ["consent-form", "consent-deny-form", "switch-form"])
@pytest.mark.parametrize("token", [None, "0" * 64])
def test_a_decision_that_is_not_from_our_form_is_refused(asked, form, token, ask):
    visitor, page = asked

    after = visitor.submit(page, form, csrf_token=token)

    assert after.status == 403
    assert visitor.open(page.address).name == ("consent", "ready")


@abuse("B-02")
def test_the_form_shown_to_one_person_decides_for_nobody_else(browser, ask):
    visitor = browser()
    page = visitor.sign_in(visitor.open(ask()), ANA)
    visitor.sign_in(visitor.open(ask(prompt="login")), BIA)

    after = visitor.submit(page, "consent-form")

    assert after.status == 403
    assert "Você entrou como Bia Souza" in after.text


@abuse("R-20")
def test_the_page_of_another_browser_is_refused(asked, browser):
    _, page = asked

    assert browser().open(page.address).status == 403


def test_who_is_not_signed_in_is_sent_to_sign_in_first(browser, ask):
    visitor = browser()
    page = visitor.open(ask())

    assert visitor.open(page.address.replace("login", "consent")).name[0] == "login"


def test_someone_else_may_sign_in_instead(asked):
    visitor, page = asked

    login = visitor.submit(page, "switch-form")
    after = visitor.sign_in(login, BIA)

    assert login.name[0] == "login"
    assert after.name[0] == "consent"
    assert "Você entrou como Bia Souza" in after.text


def test_someone_else_means_that_the_first_is_signed_out(asked):
    visitor, page = asked

    visitor.submit(page, "switch-form")

    assert visitor.open("/account").name[0] == "login"


def test_without_a_decision_nothing_is_allowed(asked):
    visitor, page = asked

    after = visitor.submit(page, "consent-form", decision="")

    assert "error=access_denied" in after.address


def test_opening_it_again_shows_the_same(asked):
    visitor, page = asked

    assert visitor.open(page.address).text == page.text
