"""Joining by pages, without a script: data, e-mail code, phone code, on to the app that asked."""

import re

import pytest

from app.auth.accounts import lookup
from app.auth.accounts.proofs import one_time
from app.auth.database import db
from tests.auth import outbox
from tests.auth.pages.conftest import PASSWORD
from tests.auth.pages.visitor import CALLBACK, Visitor
from tests.support.marks import abuse, asvs, mission

RITA = {
    "full_name": "Rita Alves",
    "email": "rita@exemplo.com.br",
    "cpf": "123.456.789-09",
    "birth_date": "15/01/1990",
    "phone": "(11) 98765-4321",
    "password": "nuvem de algodao doce",
    "terms": "yes",
}
NUMBER = "+5511987654321"


@pytest.fixture
def sent(app):
    """The code last sent to an address: ``sent("rita@exemplo.com.br")``."""

    def last(to):
        with app.app_context():
            return outbox.code(to)

    return last


@pytest.fixture
def letters(app):
    """The names of the messages sent to an address."""

    def names(to=None):
        with app.app_context():
            return outbox.names(to)

    return names


def join(visitor, page, **other):
    """Follow the link from the login page and fill the form in."""
    form = visitor.open(page.elements["register-link"]["href"])
    return visitor.submit(form, "register-form", **(RITA | other))


@mission("S12", "S24", "S26", "S61", "C12")
def test_from_the_apps_question_to_its_code(browser, ask, sent):
    visitor = browser()
    login = visitor.open(ask())
    assert login.elements["register-link"]["tag"] == "a"

    email = join(visitor, login)
    assert email.name == ("verify", "ready")
    assert "Passo 2 de 3" in email.text
    assert "você vai receber um código em rita@exemplo.com.br" in email.text
    phone = visitor.submit(email, "verify-form", code=sent(RITA["email"]))
    assert phone.name == ("verify", "ready")
    assert "Passo 3 de 3" in phone.text
    assert "Enviamos um código para (11) •••••-4321" in phone.text
    assert "Ele vale por 5 minutos." in phone.text
    consent = visitor.submit(phone, "verify-form", code=sent(NUMBER))
    assert consent.name[0] == "consent"
    assert "Rita Alves" in consent.text
    answer = visitor.submit(consent, "consent-form", decision="allow")

    assert answer.address.startswith(f"{CALLBACK}?code=")


def test_for_ones_own_sake_it_ends_at_the_account(browser, sent):
    visitor = browser()
    form = visitor.open("/register")
    assert form.name == ("register", "ready")

    email = visitor.submit(form, "register-form", **RITA)
    phone = visitor.submit(email, "verify-form", code=sent(RITA["email"]))
    account = visitor.submit(phone, "later-form")

    assert account.name[0] == "account"
    assert "Rita" in account.text


def test_who_joins_at_a_browser_that_can_is_invited_to_a_passkey_at_the_end(browser, ask, sent):
    visitor = browser()

    email = join(visitor, visitor.open(ask()), passkeys_able="1")

    phone = visitor.submit(email, "verify-form", code=sent(RITA["email"]))
    invitation = visitor.submit(phone, "later-form")
    assert invitation.name == ("passkey-invitation", "ready")
    assert visitor.submit(invitation, "later-form").name[0] == "consent"


def test_without_a_phone_that_can_be_reached_there_are_two_steps(browser, ask, sent):
    visitor = browser()

    email = join(visitor, visitor.open(ask()), phone="+351 912 345 678")

    assert "Passo 2 de 2" in email.text
    after = visitor.submit(email, "verify-form", code=sent(RITA["email"]))
    assert after.name[0] == "consent"


def test_what_is_wrong_is_told_beside_its_field_and_the_rest_is_kept(browser):
    visitor = browser()
    page = visitor.submit(
        visitor.open("/register"),
        "register-form",
        **(RITA | {"cpf": "1", "birth_date": "15/01/2015", "terms": None}),
    )

    assert (page.status, page.name) == (422, ("register", "error"))
    assert "Há 3 problemas para corrigir." in page.text
    for sentence in (
        "Digite um CPF válido, como 123.456.789-09.",
        "Para abrir a conta é preciso ter 18 anos ou mais.",
        "Para continuar, aceite os termos de uso.",
    ):
        assert page.text.count(sentence) == 2
    fields = page.forms["register-form"]["fields"]
    assert (fields["full_name"], fields["email"]) == ("Rita Alves", "rita@exemplo.com.br")
    assert fields["password"] == ""
    assert page.elements["cpf"]["aria-invalid"] == "true"


@asvs("6.2.7")
def test_the_fields_are_what_password_managers_and_phones_expect(browser):
    page = browser().open("/register")

    told = {name: page.elements[name].get("autocomplete") for name in RITA if name != "terms"}
    assert told == {
        "full_name": "name",
        "email": "email",
        "cpf": "off",
        "birth_date": "bday",
        "phone": "tel",
        "password": "new-password",
    }


def test_the_code_field_is_filled_in_by_phones(browser):
    visitor = browser()
    page = visitor.submit(visitor.open("/register"), "register-form", **RITA)

    assert page.elements["code"]["autocomplete"] == "one-time-code"
    assert page.elements["code"]["inputmode"] == "numeric"
    assert {"verify-submit", "code-resend"} <= set(page.elements)


def test_nothing_is_lost_on_reload_or_back(browser, sent):
    visitor = browser()
    email = visitor.submit(visitor.open("/register"), "register-form", **RITA)

    assert visitor.open(email.address).name == ("verify", "ready")
    back = visitor.open(email.elements["change-details"]["href"])

    fields = back.forms["register-form"]["fields"]
    assert fields["full_name"] == "Rita Alves"
    assert fields["cpf"] == "123.456.789-09"
    assert fields["password"] == ""
    assert fields["terms"] == ["yes"]


def test_what_was_typed_lies_sealed_in_the_database(app, browser):
    visitor = browser()
    visitor.submit(visitor.open("/register"), "register-form", **RITA)

    with app.app_context():
        kept = repr(db.session.execute(db.text("SELECT answers FROM interactions")).all())
    for clear in ("Rita", "123.456", "98765", "algodao"):
        assert clear not in kept


@asvs("6.3.8")
@abuse("L-01")
def test_for_an_address_that_is_somebodys_every_page_is_the_same(browser, letters, held_clock):
    walks = []
    for email in ("rita@exemplo.com.br", "ana@exemplo.com.br"):
        walks.append(_walk(browser(), email, held_clock))
        held_clock.shift(901)

    assert walks[0] == walks[1]
    assert [status for status, *_ in walks[0]] == [200, 422, 429, 200, 422, 422, 422, 422, 429]
    assert letters("ana@exemplo.com.br") == ["already_registered"]


def _walk(visitor, email, held_clock):
    """Join, guess, ask for codes; return each page's status, name and text, but for the hours."""
    pages = [
        visitor.submit(visitor.open("/register"), "register-form", **(RITA | {"email": email}))
    ]
    pages.append(visitor.submit(pages[-1], "verify-form", code="12345x"))
    pages.append(visitor.submit(pages[-1], "resend-form"))
    held_clock.shift(61)
    pages.append(visitor.submit(pages[-1], "resend-form"))
    pages += [visitor.submit(pages[-1], "verify-form", code="12345x") for _ in range(5)]
    texts = [re.sub(r"\d\d:\d\d", "", page.text.replace(email, "@")) for page in pages]
    return [(page.status, page.name, text) for page, text in zip(pages, texts, strict=True)]


@abuse("L-14")
@mission("C12")
def test_an_account_nobody_proved_signs_in_to_prove_its_address_alone(
    browser, ask, sent, held_clock
):
    joiner = browser()
    joiner.submit(joiner.open("/register"), "register-form", **RITA)
    visitor = browser()

    stopped = visitor.sign_in(visitor.open(ask()), RITA["email"], RITA["password"])

    assert stopped.name[0] == "verify"
    assert "Falta confirmar seu e-mail. Enviamos um novo código para r•••@exemplo.com.br" in (
        stopped.text
    )
    assert visitor.open("/account").name[0] == "verify"
    assert visitor.open("/account/sessions").name[0] == "verify"
    assert visitor.open("/admin/clients").name[0] == "verify"
    assert visitor.open(stopped.address.replace("verify", "consent")).name[0] == "verify"
    after = visitor.submit(stopped, "verify-form", code=sent(RITA["email"]))
    assert after.name[0] == "consent"


@abuse("L-14")
def test_silently_an_app_is_told_that_something_must_be_done_first(browser, ask):
    joiner = browser()
    joiner.submit(joiner.open("/register"), "register-form", **RITA)
    visitor = browser()
    visitor.sign_in(visitor.open(ask()), RITA["email"], RITA["password"])

    answer = visitor.open(ask(prompt="none"))

    assert "error=interaction_required" in answer.address


@abuse("L-17")
def test_more_fields_than_are_asked_change_nothing(app, browser):
    visitor = browser()
    more = {
        "type": "Admin",
        "roles": "admin",
        "verified": "1",
        "must_prove": "",
        "email_verified_at": "2020-01-01",
        "id": "1",
        "status": "active",
    }

    visitor.submit(visitor.open("/register"), "register-form", **RITA, **more)

    with app.app_context():
        user = lookup.by_email(RITA["email"])
        assert user.must_prove == "email"
        assert user.email_verified_at is None


@abuse("L-20")
def test_where_it_is_shut_no_page_joins(create_house):
    client = create_house("auth", SIGN_UP="off").test_client()

    assert client.get("/register").status_code == 404
    assert client.post("/register/int_x").status_code == 404
    login = client.get("/login", follow_redirects=True).text
    assert "register-link" not in login
    assert "forgot-password" in login


@abuse("B-02")
@pytest.mark.parametrize("form", ["verify-form", "resend-form"])
def test_a_form_that_is_not_ours_proves_and_sends_nothing(browser, sent, letters, form):
    visitor = browser()
    email = visitor.submit(visitor.open("/register"), "register-form", **RITA)

    after = visitor.submit(email, form, code=sent(RITA["email"]), csrf_token="0")

    assert after.status == 403
    assert letters() == ["confirm_email"]


def test_a_code_that_came_too_late_is_followed_by_another(browser, ask, sent, held_clock):
    visitor = browser()
    email = visitor.submit(visitor.open("/register"), "register-form", **RITA)
    phone = visitor.submit(email, "verify-form", code=sent(RITA["email"]))
    late = sent(NUMBER)
    held_clock.shift(301)

    after = visitor.submit(phone, "verify-form", code=late)

    assert after.status == 422
    assert "Este código venceu. Enviamos um novo para (11) •••••-4321." in after.text
    assert visitor.submit(after, "verify-form", code=sent(NUMBER)).name[0] == "account"


def test_a_tab_that_comes_late_to_a_page_that_is_done_is_led_on(browser, ask, sent):
    visitor = browser()
    email = join(visitor, visitor.open(ask()))
    phone = visitor.submit(email, "verify-form", code=sent(RITA["email"]))
    visitor.submit(phone, "later-form")

    assert visitor.open(email.address).name[0] == "consent"
    assert visitor.open(email.address.replace("verify", "register")).name[0] == "consent"


def test_the_page_of_who_joined_opens_no_account_that_was_proved_elsewhere(
    app, browser, sent, held_clock
):
    joiner, elsewhere = browser(), browser()
    email = joiner.submit(joiner.open("/register"), "register-form", **RITA)
    signed = elsewhere.sign_in(elsewhere.open("/login"), RITA["email"], RITA["password"])
    elsewhere.submit(signed, "verify-form", code=sent(RITA["email"]))
    held_clock.shift(61)
    with app.app_context():
        rita = lookup.by_email(RITA["email"]).id
        code = one_time.issue("confirm_email", rita, RITA["email"]).code
        db.session.commit()

    after = joiner.submit(email, "verify-form", code=code)

    assert after.status == 422
    assert joiner.open("/account").name[0] == "login"


def test_another_browser_has_no_part_in_it(browser, sent):
    visitor = browser()
    email = visitor.submit(visitor.open("/register"), "register-form", **RITA)

    assert browser().open(email.address).status == 403


def test_the_verify_page_without_a_newcomer_leads_to_the_sign_in(browser, ask):
    visitor = browser()
    login = visitor.open(ask())

    assert visitor.open(login.address.replace("login", "verify")).name[0] == "login"
    assert visitor.open("/verify").name[0] == "login"


def test_joining_replaces_whoever_was_signed_in_here(browser, ask, sent):
    visitor = browser()
    consent = visitor.sign_in(visitor.open(ask()), "ana@exemplo.com.br", PASSWORD)
    assert consent.name[0] == "consent"

    email = join(visitor, visitor.open(ask(prompt="login")))
    phone = visitor.submit(email, "verify-form", code=sent(RITA["email"]))
    visitor.submit(phone, "later-form")

    assert "Rita" in visitor.open("/account").text


def test_where_policy_requires_the_phone_it_cannot_be_passed_by(create_house):
    app = create_house("auth", PHONE_PROOF="required")
    visitor = Visitor(app)
    email = visitor.submit(visitor.open("/register"), "register-form", **RITA)
    with app.app_context():
        code = outbox.code(RITA["email"])
    phone = visitor.submit(email, "verify-form", code=code)

    assert "verify-later" not in phone.elements
    assert visitor.open("/account").name[0] == "verify"
    with app.app_context():
        code = outbox.code(NUMBER)
    assert visitor.submit(phone, "verify-form", code=code).name[0] == "account"


@pytest.mark.parametrize("name", sorted(RITA))
@pytest.mark.parametrize("typed", ["x" * 9000, "<script>", "%00", "ａ", "' OR 1=1 --"])
def test_no_input_is_an_error_of_ours(browser, name, typed):
    visitor = browser()

    page = visitor.submit(visitor.open("/register"), "register-form", **(RITA | {name: typed}))

    assert page.status in {200, 400, 422}
    assert "<script>" not in page.html.replace("<script type", "")
