"""The login page: who asks, what went wrong, and that nobody else can fill it in."""

import re

import pytest

from app.auth.accounts import lookup
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import register_client
from tests.auth.pages.conftest import COFRINHO, PASSWORD
from tests.support.marks import abuse, asvs, mission, rfc

ANA = "ana@exemplo.com.br"


@pytest.fixture
def opened(browser, ask):
    """A browser at the login page of a journey that Cofrinho began."""
    visitor = browser()
    return visitor, visitor.open(ask())


def test_it_says_which_app_asks_and_where_the_answer_goes(opened):
    _, page = opened

    assert page.name == ("login", "ready")
    assert page.status == 200
    assert "Para continuar em Cofrinho (app.cofrinho.example)" in page.text
    assert "https://cofrinho.example/termos" in page.links
    assert "https://cofrinho.example/privacidade" in page.links


@asvs("6.2.6")
def test_its_form_is_named_as_promised(opened):
    _, page = opened

    assert page.elements["login-form"]["method"] == "post"
    assert page.elements["username"]["autocomplete"] == "username webauthn"
    assert page.elements["password"]["autocomplete"] == "current-password"
    assert page.elements["password"]["type"] == "password"
    assert page.elements["login-submit"]["type"] == "submit"
    assert page.headers["Cache-Control"] == "no-store"


@rfc("OIDC Core", "3.1.2.1")
def test_a_login_hint_is_filled_in(browser, ask):
    page = browser().open(ask(login_hint='ana"@exemplo.com.br'))

    assert page.elements["username"]["value"] == 'ana"@exemplo.com.br'


def test_the_right_password_goes_on_with_the_journey(opened):
    visitor, page = opened

    after = visitor.sign_in(page, ANA)

    assert after.name == ("consent", "ready")


def test_what_is_missing_is_said_beside_each_field_and_in_a_summary(opened):
    visitor, page = opened

    after = visitor.submit(page, "login-form", username=" ", password="")

    assert after.status == 422
    assert after.name == ("login", "error")
    assert "Há 2 problemas para corrigir." in after.text
    assert {"#username", "#password"} <= set(after.links)
    assert after.elements["username"]["aria-describedby"] == "username-error"
    assert after.elements["password"]["aria-invalid"] == "true"
    assert after.text.startswith("Erro: Entrar")


@mission("S45")
def test_a_wrong_password_is_told_with_a_next_step_and_never_sent_back(opened):
    visitor, page = opened

    after = visitor.submit(page, "login-form", username=ANA, password="não é esta")

    assert after.status == 422
    assert "não conferem" in after.text
    assert "Depois de 5 tentativas" in after.text
    assert after.elements["username"]["value"] == ANA
    assert "value" not in after.elements["password"]
    assert "não é esta" not in after.html
    assert after.elements["username"]["aria-describedby"] == "form-error"


@abuse("L-01")
def test_an_unknown_person_is_told_the_same_in_the_same_bytes(opened):
    visitor, page = opened

    known = visitor.submit(page, "login-form", username=ANA, password="x")
    unknown = visitor.submit(page, "login-form", username="ena@exemplo.com.br", password="x")

    assert known.status == unknown.status == 422
    told = [_told(known).replace(ANA, ""), _told(unknown).replace("ena@exemplo.com.br", "")]
    assert told[0] == told[1]


def _told(page):
    """The page without the challenge for a passkey, which is new each time."""
    return re.sub("challenge&#34;: &#34;[^&]*", "", page.html)


@mission("S45")
def test_after_five_tries_the_page_says_until_when_it_pauses(held_clock, opened):
    visitor, page = opened
    for _ in range(5):
        visitor.submit(page, "login-form", username=ANA, password="x")

    after = visitor.sign_in(page, ANA)

    assert after.status == 429
    assert after.name == ("login", "limited")
    assert "pausada até 09:15" in after.text  # noon UTC and fifteen minutes, in São Paulo
    assert after.headers["Retry-After"] == "900"


def test_a_blocked_account_is_told_so_only_with_the_right_password(opened, app):
    visitor, page = opened
    block(app, ANA)

    wrong = visitor.submit(page, "login-form", username=ANA, password="x")
    right = visitor.submit(page, "login-form", username=ANA, password=PASSWORD)

    assert wrong.status == 422
    assert "bloqueada" not in wrong.text
    assert right.status == 403
    assert f"atendimento e informe o código {right.headers['X-Request-Id']}" in right.text


def block(app, email):
    with app.app_context():
        user = lookup.by_email(email)
        user.status = "locked"
        db.session.commit()


@abuse("L-11")
@rfc("9700", "4.7")
@pytest.mark.parametrize("token", [None, "", "0" * 64, "é"])
def test_a_form_that_is_not_ours_signs_nobody_in(opened, token):
    visitor, page = opened

    after = visitor.submit(page, "login-form", username=ANA, password=PASSWORD, csrf_token=token)

    assert after.status == 403
    assert "ficou aberta por muito tempo" in after.text
    assert after.elements["username"]["value"] == ANA
    assert visitor.open("/account").name[0] == "login"


@abuse("L-11")
def test_a_form_sent_from_another_site_signs_nobody_in(opened):
    visitor, page = opened

    after = visitor.submit(
        page, "login-form", origin="https://evil.example", username=ANA, password=PASSWORD
    )

    assert after.status == 403


@abuse("L-11")
def test_the_form_of_another_browser_signs_nobody_in(opened, browser, ask):
    _, page = opened
    other = browser()
    mine = other.open(ask())

    after = other.submit(
        mine,
        "login-form",
        username=ANA,
        password=PASSWORD,
        csrf_token=page.forms["login-form"]["fields"]["csrf_token"],
    )

    assert after.status == 403


@abuse("R-20")
def test_a_journey_belongs_to_the_browser_that_began_it(opened, browser):
    _, page = opened

    other = browser().open(page.address)

    assert other.status == 403
    assert "outro navegador" in other.text
    assert "Cofrinho" not in other.text
    assert other.elements["error-next"]["href"] == "/account"


@asvs("14.2.1")
@abuse("L-19")
@pytest.mark.parametrize("query", ["username=ana&password=x", "password=x"])
def test_credentials_in_an_address_are_refused(opened, query):
    visitor, page = opened

    after = visitor.open(f"{page.address}?{query}")

    assert after.status == 405
    assert after.headers["Allow"] == "POST"
    assert "password=x" not in after.html
    assert visitor.open(f"/login?{query}").status == 405


@asvs("7.2.4")
@abuse("L-10")
def test_the_session_cookie_is_new_after_signing_in(opened):
    visitor, page = opened
    fixed = "A" * 43
    visitor.client.set_cookie("session_3000", fixed, domain="localhost")

    visitor.sign_in(page, ANA)

    assert visitor.client.get_cookie("session_3000").value != fixed


def test_who_is_past_the_login_is_sent_where_the_journey_waits(opened):
    visitor, page = opened
    visitor.sign_in(page, ANA)

    again = visitor.open(page.address)

    assert again.name[0] == "consent"


def test_two_tabs_have_journeys_of_their_own(browser, ask):
    visitor = browser()
    first, second = visitor.open(ask(state="first")), visitor.open(ask(state="second"))
    assert first.address != second.address

    consent = visitor.sign_in(first, ANA)
    answer = visitor.submit(consent, "consent-form")
    late = visitor.sign_in(second, ANA)

    assert "state=first" in answer.address
    assert "state=second" in late.address


def test_a_journey_that_took_too_long_says_so_and_leads_back_to_the_app(held_clock, opened):
    visitor, page = opened
    held_clock.shift(1801)

    after = visitor.open(page.address)

    assert after.status == 410
    assert "Volte para Cofrinho" in after.text
    assert after.elements["error-next"]["href"] == "https://cofrinho.example"


def test_a_journey_already_answered_says_so(opened):
    visitor, page = opened
    consent = visitor.sign_in(page, ANA)
    visitor.submit(consent, "consent-form")

    after = visitor.open(page.address)

    assert after.status == 409
    assert "já respondeu" in after.text


@pytest.mark.parametrize("uid", ["int_x", "int_" + "0" * 25, "%00", "..%2fx", "é"])
def test_a_journey_that_never_was_is_not_found(browser, uid):
    assert browser().open(f"/login/{uid}").status in {400, 404}


def test_who_comes_without_a_journey_signs_in_to_the_account(browser):
    visitor = browser()

    page = visitor.open("/login")
    assert page.name[0] == "login"
    assert "Para continuar em" not in page.text

    assert visitor.sign_in(page, ANA).address == "/account"


def test_a_session_that_ended_by_itself_is_told(browser, held_clock):
    visitor = browser()
    visitor.sign_in(visitor.open("/account"), ANA)
    held_clock.shift(1801)

    page = visitor.open("/account")

    assert page.name[0] == "login"
    assert "Sua sessão terminou por segurança" in page.text
    assert page.elements["form-status"]["role"] == "status"


@rfc("OIDC Core", "3.1.2.1")
def test_forms_may_end_at_this_app_and_no_other(opened):
    _, page = opened

    policy = re.search(r"form-action ([^;]*)", page.headers["Content-Security-Policy"])

    assert policy[1] == "'self' https://app.cofrinho.example"


@abuse("B-05")
def test_the_name_of_an_app_is_text(app, browser, ask):
    register(
        app,
        client_id="evil",
        client_name='<img src=x onerror="alert(1)">{{ 7*7 }}{app}',
        policy_uri='https://evil.example/"onmouseover=x',
    )

    page = browser().open(ask(client_id="evil", redirect_uri="https://evil.example/cb"))

    assert "<img src=x" not in page.html
    assert "{{ 7*7 }}{app}" in page.text
    assert '"onmouseover' not in page.html


def test_a_logo_is_shown_only_from_our_own_origin(app, browser, ask):
    register(app, client_id="far", logo_uri="https://evil.example/logo.png")

    page = browser().open(ask(client_id="far", redirect_uri="https://evil.example/cb"))
    consent = page and page.html

    assert "evil.example/logo" not in consent


def register(app, client_id, **more):
    with app.app_context():
        described = (
            COFRINHO
            | {"redirect_uris": ["https://evil.example/cb"], "frontchannel_logout_uri": None}
            | more
        )
        register_client.register(described, scopes=scopes.CATALOGUE, client_id=client_id)
        db.session.commit()
