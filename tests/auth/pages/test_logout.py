"""The logout pages: leaving is asked, and staying is possible."""

import pytest

from tests.support.marks import abuse, rfc

ANA = "ana@exemplo.com.br"


@pytest.fixture
def leaving(browser):
    """Ana's browser, signed in, at the page that asks whether to leave."""
    visitor = browser()
    visitor.sign_in(visitor.open("/account"), ANA)
    return visitor, visitor.open("/logout")


@rfc("OIDC RP-Initiated Logout", "2")
def test_it_asks_first(leaving):
    visitor, page = leaving

    assert page.name == ("logout", "ready")
    assert "Você entrou como Ana Souza" in page.text
    assert visitor.open("/account").name[0] == "account"


def test_yes_leaves(leaving):
    visitor, page = leaving

    after = visitor.submit(page, "logout-form")

    assert after.elements["logged-out"]
    assert visitor.open("/account").name[0] == "login"
    assert visitor.client.get_cookie("session_3000") is None


def test_no_stays(leaving):
    visitor, page = leaving

    after = visitor.submit(page, "logout-stay-form")

    assert after.name[0] == "account"


@abuse("B-02")
@pytest.mark.parametrize("form", ["logout-form", "logout-stay-form"])
def test_a_form_that_is_not_ours_is_shown_again(leaving, form):
    visitor, page = leaving

    after = visitor.submit(page, form, csrf_token="0" * 64)

    assert after.status == 403
    assert after.name == ("logout", "error")
    assert visitor.open("/account").name[0] == "account"


def test_the_done_page_offers_to_sign_in_again(browser):
    page = browser().open("/logout/done")

    assert page.status == 200
    assert page.elements["logout-again"]["href"] == "/account"


def test_a_page_of_another_kind_of_journey_is_not_found(browser, ask):
    visitor = browser()
    login = visitor.open(ask())

    assert visitor.open(login.address.replace("/login/", "/logout/confirm/")).status == 404
