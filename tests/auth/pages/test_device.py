"""The device pages: what they ask, what they warn of, and what they say when it is over."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.marks import rfc

ANA = "ana@exemplo.com.br"


def test_the_page_asks_for_the_code_and_warns_of_other_peoples(browser):
    page = browser().open("/device")

    assert page.name == ("device", "ready")
    assert "Digite o código do seu aparelho" in page.text
    assert "nunca um que alguém mandou ou ditou" in page.text
    field = page.elements["user_code"]
    assert (field["autocomplete"], field["autocapitalize"]) == ("off", "characters")
    assert field["aria-describedby"] == "user_code-hint"
    assert page.elements["device-submit"]["type"] == "submit"


@rfc("8628", "3.3.1")
def test_a_code_that_came_in_the_address_is_to_be_compared(browser):
    page = browser().open("/device?user_code=wdjb%20mjht")

    assert page.elements["user_code"]["value"] == "WDJB-MJHT"
    assert "É este o código que aparece na tela dele?" in page.text


def test_a_wrong_code_stays_in_the_field_to_be_mended(browser):
    page = browser().type_code("wdjb mjhx")

    assert page.status == 422
    assert page.name == ("device", "error")
    assert page.elements["user_code"]["value"] == "wdjb mjhx"
    assert page.elements["user_code"]["aria-invalid"] == "true"
    assert "Peça um novo na tela do aparelho." in page.text
    assert page.text.startswith("Erro: Conectar um aparelho")


def test_the_sign_in_page_says_which_app_waits(browser):
    visitor = browser()

    page = visitor.type_code(visitor.device_code())

    assert page.name[0] == "login"
    assert "Para continuar em Cofrinho na TV" in page.text


@rfc("8628", "5.4")
def test_consent_shows_the_code_before_the_buttons_and_what_to_do_if_it_differs(browser):
    visitor = browser()
    code = visitor.device_code()

    page = visitor.sign_in(visitor.type_code(code.lower()), ANA)

    assert page.name == ("consent", "ready")
    compare = page.text.index("Permita só se o código na tela do aparelho for igual a este.")
    assert page.text.index(code) < compare < page.text.index("Não permitir")


@pytest.mark.parametrize("form", ["consent-form", "consent-deny-form", "switch-form"])
@pytest.mark.parametrize("token", [None, "0" * 64])
def test_a_decision_that_is_not_from_our_form_is_refused(browser, form, token):
    visitor = browser()
    page = visitor.sign_in(visitor.type_code(visitor.device_code()), ANA)

    after = visitor.submit(page, form, csrf_token=token)

    assert after.status == 403
    assert visitor.open(page.address).name == ("consent", "ready")


@pytest.mark.parametrize(
    ("form", "state", "sentence"),
    [
        ("consent-form", "approved", "Cofrinho na TV já pode usar sua conta."),
        ("consent-deny-form", "denied", "Cofrinho na TV não recebeu acesso à sua conta."),
    ],
)
def test_the_last_page_says_what_came_of_it(browser, form, state, sentence):
    visitor = browser()
    page = visitor.sign_in(visitor.type_code(visitor.device_code()), ANA)

    after = visitor.submit(page, form)

    assert after.name == ("device-done", state)
    assert sentence in after.text
    assert after.elements["device-account"]["href"] == "/account"


def test_another_language_is_kept_to_the_end(browser):
    visitor = browser()
    visitor.open("/device?ui_locales=en")
    page = visitor.sign_in(visitor.type_code(visitor.device_code()), ANA)
    assert "Does your device show this code?" in page.text

    after = visitor.submit(page, "consent-form")

    assert "can now use your account" in after.text
    again = visitor.open(f"{after.address}?ui_locales=pt-BR")
    assert "já pode usar sua conta" in again.text


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(typed=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_whatever_is_typed_the_page_comes_back(browser, typed):
    page = browser().type_code(typed)

    assert page.status in {422, 429}
    assert page.name[0] == "device"
