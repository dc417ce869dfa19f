"""Whose brand a page wears, in which theme, and how its style sheet is served."""

import pytest

from app.auth.accounts import lookup
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.factors import policy
from app.auth.flows import register_client
from app.auth.institutions import members, registry
from app.foundation.database import kept
from tests.auth.institutions import aurora
from tests.auth.pages.conftest import COFRINHO
from tests.support.marks import abuse, mission

ANA = "ana@exemplo.com.br"
SHEET = "/branding/aurora.css"


@pytest.fixture
def do(app):
    """Do a deed of the operator's and keep it: ``do(policy.ask, "aurora", "always")``."""

    def deed(verb, *told, **more):
        with app.app_context(), kept(db):
            return verb(*told, **more)

    return deed


@pytest.fixture
def bank(do):
    """Banco Aurora, dressed, whose app Cofrinho is; as it stands then."""
    do(aurora.open_bank)
    do(aurora.dress)
    owned = COFRINHO | {"institution": aurora.CODE}
    do(register_client.change, "cofrinho", owned, scopes=scopes.CATALOGUE)
    return do(registry.find, aurora.CODE)


def wears(page):
    """Is it the bank's, all of it; or none of it?"""
    signs = [SHEET in page.html, "/logos/" in page.html, "Banco Aurora" in page.text]
    assert len(set(signs)) == 1, page.html
    return signs[0]


def test_every_page_of_a_journey_wears_its_apps_bank(bank, browser, ask, phone):
    ana = browser()
    login = ana.open(ask(acr_values="urn:brasil:openbanking:loa3"))

    second = ana.sign_in(login, ANA)
    consent = ana.submit(second, "otp-form", otp=phone.code())

    other = browser()
    uid = other.open(ask()).address.rpartition("/")[2]
    more = [other.open(f"/{name}/{uid}") for name in ("register", "forgot")]
    assert [page.name[0] for page in more] == ["register", "forgot"]
    assert [wears(page) for page in (login, second, consent, *more)] == [True] * 5


def test_errors_and_pages_of_no_journey_are_the_houses(bank, browser, ask):
    strange = browser()
    for address in ("/", "/nowhere", "/device", "/account", ask(redirect_uri="https://x.example")):
        page = strange.open(address)
        assert not wears(page), address
        assert "Portaria" in page.text


def test_ones_own_pages_wear_ones_one_bank(bank, do, come_in):
    do(lambda: members.admit(lookup.by_email(ANA), aurora.CODE))
    assert wears(come_in().open("/account"))
    assert not wears(come_in("bia@exemplo.com.br").open("/account"))

    do(aurora.open_bank, "other", "Outro Banco")
    do(lambda: members.admit(lookup.by_email(ANA), "other"))

    assert not wears(come_in().open("/account"))


def test_a_sheet_is_kept_for_long_under_its_own_address_alone(bank, browser):
    page = browser().client
    exact, other = page.get(f"{SHEET}?v={bank.fingerprint}"), page.get(SHEET)

    assert exact.text == other.text == bank.sheet
    assert exact.mimetype == "text/css"
    assert exact.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert other.headers["Cache-Control"] == "no-cache"
    again = page.get(SHEET, headers={"If-None-Match": exact.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Set-Cookie" not in exact.headers


def test_colours_that_change_change_the_address(bank, do, browser, ask):
    before = browser().open(ask()).html

    do(aurora.dress, colours={"panel_to": "#7a3fae"}, logo=None)

    assert f"{SHEET}?v={bank.fingerprint}" in before
    assert f"{SHEET}?v={bank.fingerprint}" not in browser().open(ask()).html


@pytest.mark.parametrize("code", ["nowhere", "..%2f..%2fconfig", "demo", "a%00b", "%E2%80%AE"])
def test_who_has_no_brand_has_no_sheet(do, browser, code):
    do(members.ensure, "demo")

    assert browser().client.get(f"/branding/{code}.css").status_code in {400, 404}


def test_the_logo_comes_from_here_as_it_was_given(bank, browser):
    answer = browser().client.get(f"/logos/{bank.logo}")

    assert (answer.mimetype, answer.data) == ("image/png", aurora.PICTURE)
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@abuse("B-05")
def test_a_name_is_text_and_nothing_else(bank, do, browser, ask):
    do(aurora.dress, name='<b onx="1">&amp;\'"{{7*7}}</b>')

    page = browser().open(ask())

    assert "<b onx" not in page.html
    assert '<b onx="1">&amp;\'"{{7*7}}</b>' in page.text


@mission("C33")
def test_a_bank_asks_for_two_factors_where_its_own_app_asks(bank, do, browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask(client_id="cofrinho")), ANA)
    do(policy.ask, aurora.CODE, "always")

    assert "remember" not in ana.open(page.address).html.partition("<form")[2]
    assert ana.submit(page, "otp-form", otp=phone.code(), remember="1").name[0] == "consent"
    assert ana.client.get_cookie("remembered_3000") is None


@mission("C33")
def test_a_session_of_one_factor_shows_the_other_at_a_bank_that_asks_always(
    bank, do, browser, ask, phone
):
    ana = browser()
    first = ana.sign_in(ana.open("/account"), ANA)
    ana.submit(first, "otp-form", otp=phone.code(), remember="1")
    ana.submit(ana.open("/logout"), "logout-form")
    assert ana.sign_in(ana.open("/account"), ANA).name[0] == "account"
    do(policy.ask, aurora.CODE, "always")

    page = ana.open(ask())

    assert page.name[0] == "step-up"
    assert "login_required" in ana.open(ask(prompt="none")).address
    assert "access_denied" in ana.submit(page, None).address


@mission("C33")
def test_who_has_no_factor_sets_one_up_where_a_bank_asks(bank, do, browser, ask):
    do(policy.ask, aurora.CODE, "at_registration")
    bia = browser()

    page = bia.sign_in(bia.open(ask()), "bia@exemplo.com.br")

    assert page.name[0] == "enrolment"
    assert "later" not in " ".join(filter(None, page.forms))
    assert bia.open("/account").name[0] == "account"


def test_a_theme_is_the_persons_and_this_browser_remembers_it(app, browser, come_in):
    ana = come_in()
    assert "data-theme" not in ana.open("/account").html

    chosen = ana.submit(ana.open("/account/profile"), "profile-form", theme="dark")

    assert '<html lang="pt-BR" data-theme="dark">' in chosen.html
    assert '<meta name="color-scheme" content="dark">' in chosen.html
    ana.submit(ana.open("/logout"), "logout-form")
    assert 'data-theme="dark"' in ana.open("/account").html
    assert 'data-theme="dark"' in come_in().open("/account").html
    assert "data-theme" not in browser().open("/account").html


def test_a_theme_is_taken_back_and_a_made_up_one_is_none(come_in):
    ana = come_in()
    ana.submit(ana.open("/account/profile"), "profile-form", theme="dark")

    after = ana.submit(ana.open("/account/profile"), "profile-form", theme='"><script>')

    assert "data-theme" not in after.html
    ana.client.set_cookie("theme_3000", "neon")
    ana.submit(ana.open("/logout"), "logout-form")
    assert "data-theme" not in ana.open("/account").html
