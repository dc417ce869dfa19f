"""An app's developer learns which check refused a request, on which parameter, by which clause."""

import pytest

from tests.auth.oauth import devices
from tests.support import factories, steps
from tests.support.marks import abuse, behaviour, rfc

PRODUCTION = {
    "APP_ENV": "production",
    "MAIL_SERVER": "smtp.example",
    "MAIL_FROM": "nao-responda@portaria.example",
    "ISSUER": "https://id.exemplo.com.br",
    "ADMIN_PASSWORD": "cerca viva de alecrim",
    "CPF_VALIDATION": "strict",
    "RATE_LIMITS": "on",
}


@pytest.fixture
def database_kind(request):
    """An explanation is the same on every database."""
    return getattr(request, "param", "postgresql")


def explained(browser, address):
    """Follow an ``error_uri`` to what is told there (dict)."""
    answer = browser.get(address.partition("3000")[2], headers={"Accept": "application/json"})
    assert answer.status_code == 303
    told = browser.get(answer.headers["Location"], headers={"Accept": "application/json"})
    assert told.status_code == 200
    return told.json


REFUSED = {
    "no challenge": ({"code_challenge": None}, "code_challenge", "RFC 7636 §4.3"),
    "plain": ({"code_challenge_method": "plain"}, "code_challenge_method", "RFC 9700 §2.1.1"),
    "token": ({"response_type": "token"}, "response_type", "RFC 9700 §2.1.2"),
    "prompt": ({"prompt": "none login"}, "prompt", "OIDC Core §3.1.2.1"),
    "age": ({"max_age": "-1"}, "max_age", "RFC 9470 §4"),
    "scope": ({"scope": "openid admin:all"}, "scope", "RFC 6749 §3.3"),
    "resource": ({"resource": "https://elsewhere.example"}, "resource", "RFC 8707"),
}


@behaviour(55)
@rfc("6749", "4.1.2.1")
@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_leads_to_its_check_its_parameter_and_its_clause(server, browser, app, case):
    asked, parameter, clause = REFUSED[case]
    if case == "scope":
        app, asked = factories.app(server, scope="openid"), {"scope": "openid wallet:read"}

    arrived = steps.arrival(steps.ask(browser, app, **asked))

    told = explained(browser, arrived.answer["error_uri"])
    assert told["error"] == arrived.answer["error"]
    assert told["description"] == arrived.answer["error_description"]
    assert told["parameter"] == parameter
    assert any(clause in each for each in told["clauses"] + [told["asks"]])
    assert told["check"].startswith("oauth.checks.")


def test_an_address_that_is_not_registered_is_shown_beside_the_nearest(browser, app):
    asked = steps.asking(app, redirect_uri=f"{app.redirect_uri}/")

    answer = browser.get("/oauth/authorize", query_string=asked, headers=steps.HTML)

    assert answer.status_code == 400
    page = browser.get(f"/dev/explain/{answer.headers['X-Request-Id']}", headers=steps.HTML)
    assert page.status_code == 200
    assert app.redirect_uri in page.text
    assert 'id="explain-parameter">redirect_uri<' in page.text


def test_an_error_of_the_token_endpoint_is_explained_under_its_request_id(browser, app):
    answer = steps.exchange(browser, app, "x" * 43, code_verifier="short")

    told = browser.get(f"/dev/explain/{answer.headers['X-Request-Id']}").json
    assert told["error"] == "invalid_grant"
    assert told["request"] == "POST /oauth/token"


@pytest.mark.parametrize("database_kind", ["postgresql", "sqlite"], indirect=True)
def test_a_refusal_that_held_a_row_meanwhile_is_explained_as_well(browser, server):
    tv = devices.television(server)

    answer = devices.poll(browser, tv, "x" * 43)

    steps.refused(answer, "invalid_grant")
    told = browser.get(f"/dev/explain/{answer.headers['X-Request-Id']}")
    assert (told.status_code, told.json["error"]) == (200, "invalid_grant")


@abuse("G-05")
def test_no_secret_is_kept_with_an_explanation(browser, app):
    code = "C0de" * 10 + "abc"
    answer = steps.exchange(browser, app, code, client_secret=app.client_secret)

    told = browser.get(f"/dev/explain/{answer.headers['X-Request-Id']}").text
    assert app.client_secret not in told
    assert code not in told


@abuse("B-05")
def test_what_was_sent_is_shown_escaped(browser, app):
    asked = steps.asking(app, prompt="<script>alert(1)</script>")
    arrived = browser.get("/oauth/authorize", query_string=asked)

    page = browser.get(f"/dev/explain/{arrived.headers['X-Request-Id']}", headers=steps.HTML)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


@abuse("G-08")
def test_outside_of_development_a_code_is_only_a_code(create_house):
    house = create_house("auth", **PRODUCTION)
    browser = house.test_client()

    page = browser.get("/errors/0123456789abcdef", headers=steps.HTML)

    assert page.status_code == 200
    assert 'id="support-code">0123456789abcdef<' in page.text
    assert browser.get("/dev/explain/0123456789abcdef").status_code == 404
    for odd in ("x", "0123456789ABCDEF", "../etc", "0123456789abcdef0"):
        assert browser.get(f"/errors/{odd}").status_code == 404


def test_a_code_that_nothing_is_kept_under_is_not_found(browser):
    assert browser.get("/dev/explain/0123456789abcdef").status_code == 404
    assert browser.get("/dev/explain/zzz").status_code == 404
