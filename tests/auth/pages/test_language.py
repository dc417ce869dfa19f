"""Which language a page speaks, and that choosing one keeps the request."""

import pytest

from tests.support.marks import rfc

ANA = "ana@exemplo.com.br"


def language(page):
    return page.html.partition('lang="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        (None, "pt-BR"),
        ("pt", "pt-BR"),
        ("pt-PT,en;q=0.5", "pt-BR"),
        ("en-US,pt-BR;q=0.9", "en"),
        ("de,fr", "pt-BR"),
        ("de,en;q=0.1", "en"),
        ("*", "pt-BR"),
        (";;;", "pt-BR"),
    ],
)
def test_the_browser_says_what_it_reads(browser, accepted, spoken):
    visitor = browser(**({"Accept_Language": accepted} if accepted else {}))

    assert language(visitor.open("/logout/done")) == spoken


@rfc("OIDC Core", "3.1.2.1")
@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("en", "en"), ("fr en pt-BR", "en"), ("pt-BR en", "pt-BR"), ("xx", "pt-BR"), ("é <", "pt-BR")],
)
def test_an_app_says_which_language_its_people_read(browser, ask, asked, spoken):
    visitor = browser()
    page = visitor.open(ask(ui_locales=asked))

    assert language(page) == spoken
    assert language(visitor.sign_in(page, ANA)) == spoken


def test_what_a_person_chooses_wins_for_the_rest_of_the_journey(browser, ask):
    visitor = browser()
    page = visitor.open(ask(ui_locales="pt-BR"))

    chosen = visitor.open(next(link for link in page.links if "ui_locales=en" in link))
    wrong = visitor.submit(chosen, "login-form", username=ANA, password="x")
    consent = visitor.sign_in(wrong, ANA)

    assert [language(each) for each in (page, chosen, wrong, consent)] == [
        "pt-BR",
        "en",
        "en",
        "en",
    ]
    assert "Allow Piggy to access your account?" in consent.text


def test_the_browser_remembers_the_choice(browser):
    visitor = browser()
    visitor.open("/logout/done?ui_locales=en")

    assert language(visitor.open("/logout/done")) == "en"
    assert language(visitor.open("/account")) == "en"


def test_choosing_on_an_error_page_asks_the_same_again(browser, ask):
    visitor = browser()
    page = visitor.open(ask(client_id="nobody", state="é&x"))

    again = visitor.open(next(link for link in page.links if "ui_locales=en" in link))

    assert language(again) == "en"
    assert "We don't recognise the app" in again.text
    assert "client_id=nobody" in again.address


@pytest.mark.parametrize("value", ["xx", "", "en\x00", "é", "en pt-BR" * 400])
def test_a_language_cookie_of_someone_elses_making_is_harmless(browser, value):
    visitor = browser()
    visitor.client.set_cookie("locale_3000", value.replace("\x00", "%00"), domain="localhost")

    assert visitor.open("/logout/done").status == 200
