"""The new-password page: a password handed out is replaced before anything else."""

import pytest

from app.auth.accounts import lookup
from app.auth.database import db
from tests.auth.pages.conftest import PASSWORD
from tests.support.marks import abuse, asvs

ANA = "ana@exemplo.com.br"
NEW = "tres tigres na varanda"


@pytest.fixture
def due(app, browser, ask):
    """Ana's browser at the new-password page, her password having been handed out."""
    with app.app_context():
        lookup.by_email(ANA).must_change_password = True
        db.session.commit()
    visitor = browser()
    return visitor, visitor.sign_in(visitor.open(ask()), ANA)


def test_it_comes_before_consent(due):
    _, page = due

    assert page.name == ("new-password", "ready")
    assert "Ana Souza" in page.text
    assert page.elements["new_password"]["autocomplete"] == "new-password"
    assert page.elements["new_password"]["aria-describedby"] == "new_password-hint"


@asvs("6.2.7")
def test_password_managers_are_told_whose_it_is(due):
    _, page = due

    assert page.forms["new-password-form"]["fields"]["username"] == ANA


def test_a_good_one_goes_on_with_the_journey_and_is_the_password_from_then_on(due, browser):
    visitor, page = due

    after = visitor.submit(page, "new-password-form", new_password=NEW)

    assert after.name[0] == "consent"
    other = browser()
    assert other.sign_in(other.open("/account"), ANA).status == 422
    assert other.sign_in(other.open("/account"), ANA, NEW).name[0] == "account"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Digite a nova senha."),
        ("curta", "Use pelo menos 8 caracteres."),
        ("12345678", "apareceu em vazamentos"),
        (PASSWORD, "precisa ser diferente"),
        ("x" * 300, "no máximo 256 caracteres"),
    ],
)
def test_a_bad_one_is_told_beside_the_field(due, typed, told):
    visitor, page = due

    after = visitor.submit(page, "new-password-form", new_password=typed)

    assert after.status == 422
    assert after.name == ("new-password", "error")
    assert after.text.count(told) == 2  # in the summary and beside the field
    assert after.elements["new_password"]["aria-invalid"] == "true"
    assert "value" not in after.elements["new_password"]


@abuse("B-02")
def test_a_form_that_is_not_ours_changes_nothing(due, browser):
    visitor, page = due

    after = visitor.submit(page, "new-password-form", new_password=NEW, csrf_token="0")

    assert after.status == 403
    other = browser()
    assert other.sign_in(other.open("/account"), ANA, NEW).status == 422


@asvs("2.3.1")
@abuse("L-18")
def test_nothing_else_opens_before(due):
    visitor, page = due

    assert visitor.open("/account").name[0] == "new-password"
    assert visitor.open("/account/sessions").name[0] == "new-password"
    assert visitor.open(page.address.replace("new-password", "consent")).name[0] == "new-password"


def test_it_leads_to_the_account_when_that_was_asked_for(due):
    visitor, _ = due

    page = visitor.open("/account/sessions")
    after = visitor.submit(page, "new-password-form", new_password=NEW)

    assert after.name[0] == "sessions"
