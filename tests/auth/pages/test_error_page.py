"""The error page: what happened, a next step, a support code, and no more than that."""

import pytest

from app.foundation import web, words
from tests.support.marks import asvs, rfc


@rfc("6749", "4.1.2.1")
def test_an_app_with_a_wrong_return_address_is_told_to_a_person(browser, ask):
    page = browser().open(ask(redirect_uri="https://evil.example/cb"))

    assert page.status == 400
    assert page.name[0] == "error"
    assert page.elements["error-page"]
    assert "endereço de retorno que não está autorizado" in page.text
    assert "invalid_request" in page.text
    assert page.elements["error-next"]["href"] == "/account"
    assert page.headers["X-Request-Id"] in page.text
    assert "evil.example" not in page.html.replace("redirect_uri=https%3A%2F%2Fevil.example", "")


def test_an_unknown_app_is_told_to_a_person(browser, ask):
    page = browser().open(ask(client_id="nobody"))

    assert page.status == 400
    assert "Não reconhecemos o aplicativo" in page.text


@asvs("13.4.2")
def test_developers_read_the_reason_in_development_alone(create_house, browser, ask):
    told = browser().open(ask(redirect_uri="https://evil.example/cb"))
    assert "error-detail" in told.elements

    house = create_house("auth", **PRODUCTION)
    page = house.test_client().get("/oauth/authorize", headers={"Accept": "text/html"})

    assert page.status_code == 400
    assert "error-detail" not in page.text


PRODUCTION = {
    "APP_ENV": "production",
    "MAIL_SERVER": "smtp.example",
    "MAIL_FROM": "nao-responda@portaria.example",
    "ISSUER": "https://id.exemplo.com.br",
    "ADMIN_PASSWORD": "cerca viva de alecrim",
    "CPF_VALIDATION": "strict",
    "RATE_LIMITS": "on",
}


def test_a_page_that_is_not_there_says_so(browser):
    page = browser().open("/nowhere")

    assert page.status == 404
    assert "Página não encontrada" in page.text
    assert page.text.startswith("Erro: ")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 415, 418, 429, 500, 503])
@pytest.mark.parametrize("tag", ["pt-BR", "en"])
def test_every_status_has_words(app, status, tag):
    with app.test_request_context(f"/?ui_locales={tag}"):
        answer = web.error_page(f"error.{status}", status)

    assert answer.status_code == status
    assert f'lang="{tag}"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("key", ["oauth.bad_client", "oauth.bad_redirect", "oauth.bad_request"])
def test_every_error_of_the_protocol_has_a_heading(app, key):
    with app.test_request_context("/"):
        answer = web.error_page(key, 400, code="invalid_request")

        assert f"<h1>{words.t(f'heading.{key}')}</h1>" in answer.get_data(as_text=True)


def test_an_error_that_is_asked_for_as_json_is_json(app):
    answer = app.test_client().get("/nowhere", headers={"Accept": "application/json"})

    assert answer.json["error"] == "not_found"


def test_the_error_page_of_a_form_offers_no_other_language(browser):
    visitor = browser()
    answer = visitor.client.post("/account/nowhere", headers=visitor.headers)

    assert "ui_locales" not in answer.text
