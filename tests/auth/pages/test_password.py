"""The password page of one's own account."""

import pytest

from tests.auth.crowds import at_once
from tests.auth.pages.conftest import PASSWORD
from tests.support.marks import abuse, asvs

ANA = "ana@exemplo.com.br"
NEW = "tres tigres na varanda"


def change(visitor, old=PASSWORD, new=NEW):
    page = visitor.open("/account/password")
    return visitor.submit(page, "password-form", current_password=old, new_password=new)


@asvs("6.2.2")
def test_who_knows_the_old_one_has_a_new_one_and_the_others_end(come_in, browser):
    computer, phone = come_in(), come_in()

    after = change(computer)

    assert after.name[0] == "account"
    assert "Senha alterada. Encerramos suas outras sessões." in after.text
    assert phone.open("/account").name[0] == "login"
    assert browser().open("/account").name[0] == "login"
    other = browser()
    assert other.sign_in(other.open("/account"), ANA).status == 422
    assert other.sign_in(other.open("/account"), ANA, NEW).name[0] == "account"


@asvs("6.2.3")
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("errada de todo", NEW, "A senha atual não confere."),
        ("", NEW, "Digite a senha atual."),
        (PASSWORD, "", "Digite a nova senha."),
        (PASSWORD, "curta", "Use pelo menos 8 caracteres."),
        (PASSWORD, "password1", "apareceu em vazamentos"),
        (PASSWORD, PASSWORD, "precisa ser diferente"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(come_in, browser, old, new, told):
    after = change(come_in(), old, new)

    assert (after.status, after.name) == (422, ("password", "error"))
    assert after.text.count(told) == 2
    other = browser()
    assert other.sign_in(other.open("/account"), ANA).name[0] == "account"


@abuse("L-03")
def test_the_old_one_cannot_be_guessed_from_a_session_that_was_found(come_in):
    found = come_in()
    for _ in range(5):
        assert change(found, "errada").status == 422

    paused = change(found)

    assert paused.status == 429
    assert "pausada até" in paused.text


@abuse("L-04")
def test_of_many_guesses_at_once_five_are_judged(come_in):
    found, codes = come_in(), []
    page = found.open("/account/password")
    fields = page.forms["password-form"]["fields"] | {"new_password": NEW}
    cookies = found.client.get_cookie("session_3000"), found.client.get_cookie("browser_3000")

    def guess():
        client = found.client.application.test_client()
        for cookie in cookies:
            client.set_cookie(cookie.key, cookie.value)
        form = fields | {"current_password": "errada"}
        codes.append(client.post("/account/password", data=form).status_code)

    at_once(guess, 20)

    assert (codes.count(422), codes.count(429)) == (5, 15)


@abuse("B-02")
def test_a_form_that_is_not_ours_changes_nothing(come_in, browser):
    visitor = come_in()
    page = visitor.open("/account/password")

    after = visitor.submit(
        page, "password-form", current_password=PASSWORD, new_password=NEW, csrf_token="0"
    )

    assert after.status == 403
    other = browser()
    assert other.sign_in(other.open("/account"), ANA, NEW).status == 422
