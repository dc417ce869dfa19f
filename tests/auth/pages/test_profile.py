"""One's own personal data."""

import pytest

from app.auth.accounts import lookup, papers
from app.auth.database import db
from app.foundation import clock
from app.foundation.database import kept
from tests.support.marks import asvs

ANA = "ana@exemplo.com.br"


@pytest.fixture
def ana(app):
    """Change what we know of Ana: ``ana(identity_verified_at=…)``."""

    def change(**columns):
        with app.app_context(), kept(db):
            user = lookup.by_email(ANA)
            papers.keep(user, "cpf", "52948291740")
            for name, value in columns.items():
                setattr(user, name, value)

    return change


@asvs("14.2.6")
def test_papers_are_shown_with_a_part_hidden(come_in, ana):
    ana()

    page = come_in().open("/account/profile")

    assert "•••.482.917-••" in page.text
    assert "52948291740" not in page.html
    assert "a•••@exemplo.com.br" in page.text


def test_name_preferred_name_and_language_are_kept(come_in):
    visitor = come_in()
    page = visitor.open("/account/profile")

    after = visitor.submit(
        page, "profile-form", full_name=" Ana  Maria Souza ", nickname="Aninha", locale="en"
    )

    assert "Details saved." in after.text
    fields = after.forms["profile-form"]["fields"]
    assert fields["full_name"] == "Ana Maria Souza"
    assert (fields["nickname"], fields["locale"]) == ("Aninha", "en")
    assert "Hello, Ana Maria Souza" in visitor.open("/account").text


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "Ana\u202eSouza", "Ana\x1bSouza"])
def test_a_name_that_is_none_is_told_beside_the_field(come_in, name):
    visitor = come_in()

    after = visitor.submit(visitor.open("/account/profile"), "profile-form", full_name=name)

    assert after.status in {400, 422}
    assert "Ana Souza" in visitor.open("/account").text


def test_a_name_compared_with_papers_stays(come_in, ana):
    ana(identity_verified_at=clock.now())
    visitor = come_in()
    page = visitor.open("/account/profile")

    visitor.submit(page, "profile-form", full_name="Outra Pessoa", nickname="Aninha")

    assert "full_name" not in page.elements
    after = visitor.open("/account/profile")
    assert "Ana Souza" in after.text
    assert after.forms["profile-form"]["fields"]["nickname"] == "Aninha"
