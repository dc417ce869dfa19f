"""Messages filled in, counted, and never mistaken for markup; moments and money as people write."""

from datetime import UTC, datetime, timedelta

import pytest
from markupsafe import Markup

from app.foundation import words
from tests.support.marks import asvs

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def database_kind():
    """No table is read here."""
    return "sqlite"


@pytest.fixture
def speaking(auth_app):
    """Speak a language within a block: ``with speaking("en"): …``."""
    return lambda tag: auth_app.test_request_context(f"/?ui_locales={tag}")


def test_values_are_filled_in(speaking):
    with speaking("en"):
        assert words.t("login.for_app", app="Piggy") == "To continue to Piggy"


def test_a_number_chooses_the_form(speaking):
    with speaking("pt-BR"):
        assert words.t("form.summary", n=1) == "Há 1 problema para corrigir."
        assert words.t("form.summary", n=2) == "Há 2 problemas para corrigir."
    with speaking("en"):
        assert words.t("form.summary", n=0) == "There are 0 problems to fix."


def test_only_what_is_markup_already_stays_so(speaking):
    with speaking("en"):
        plain = words.t("consent.heading", app="<b>")
        marked = words.t("consent.signed_in", name=Markup("<b>{}</b>").format("<i>"))

    assert not isinstance(plain, Markup)
    assert marked == "You&#39;re signed in as <b>&lt;i&gt;</b>."


@asvs("1.3.10")
def test_a_value_is_never_read_as_a_pattern(speaking):
    with speaking("en"):
        assert "{app.__class__}" in words.t("consent.heading", app="{app.__class__}")


def test_an_unknown_message_or_a_missing_value_is_our_mistake(speaking):
    with speaking("en"):
        with pytest.raises(KeyError):
            words.t("no.such")
        with pytest.raises(KeyError):
            words.t("login.for_app")


@pytest.mark.parametrize(
    ("tag", "day", "hour"), [("pt-BR", "20/11/2026", "09:00"), ("en", "20 Nov 2026", "09:00")]
)
def test_moments_are_told_where_the_institution_is(speaking, tag, day, hour):
    with speaking(tag):
        assert (words.date(NOON), words.time(NOON)) == (day, hour)


@pytest.mark.parametrize(
    ("before", "portuguese", "english"),
    [
        (timedelta(hours=2), "hoje, 07:00", "today, 07:00"),
        (timedelta(hours=10), "19 de nov., 23:00", "19 Nov, 23:00"),
        (timedelta(days=400), "16/10/2025, 09:00", "16 Oct 2025, 09:00"),
    ],
)
def test_a_moment_is_told_as_on_the_day(speaking, before, portuguese, english):
    with speaking("pt-BR"):
        assert words.when(NOON - before, NOON) == portuguese.replace(" de nov.", " nov.")
    with speaking("en"):
        assert words.when(NOON - before, NOON) == english


def test_how_long_ago(speaking):
    with speaking("pt-BR"):
        assert words.ago(NOON - timedelta(minutes=20), NOON) == "há 20 minutos"
    with speaking("en"):
        assert words.ago(NOON - timedelta(days=3), NOON) == "3 days ago"


def test_the_time_zone_has_a_name(speaking):
    with speaking("pt-BR"):
        assert words.zone_name() == "Horário de Brasília"


@pytest.mark.parametrize(
    ("tag", "amount", "currency", "written"),
    [
        ("pt-BR", 125000, "BRL", "R$\xa01.250,00"),
        ("en", 125000, "BRL", "R$1,250.00"),
        ("pt-BR", 1, "BRL", "R$\xa00,01"),
        ("en", 500, "JPY", "¥500"),
    ],
)
def test_money_is_written_as_people_write_it(speaking, tag, amount, currency, written):
    with speaking(tag):
        assert words.money(amount, currency) == written


def test_the_other_languages_are_offered_by_their_own_name(speaking):
    with speaking("en"):
        assert words.languages() == [("pt-BR", "Português")]
