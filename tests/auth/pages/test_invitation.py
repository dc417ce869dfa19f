"""The invitation to a passkey: to whom, when, and that "not now" is heard."""

import re

import pytest

from app.auth.accounts import lookup
from app.auth.audit import events
from app.auth.factors import registry
from tests.auth import persons
from tests.auth.factors.authenticator import Authenticator
from tests.auth.pages.conftest import PASSWORD
from tests.auth.pages.passkeys import ANA, add_passkey, asked_of, post
from tests.support.marks import abuse, mission

ABLE = {"passkeys_able": "1"}


@pytest.fixture
def come(browser):
    """Sign Ana in with a browser that says it can make passkeys: ``come("/account")``."""

    def sign_in(path, visitor=None):
        visitor = visitor or browser()
        page = visitor.open(path)
        given = {"username": ANA, "password": PASSWORD}
        return visitor, visitor.submit(page, "login-form", **given, **ABLE)

    return sign_in


@mission("C7")
def test_who_signed_in_by_password_makes_a_passkey_and_goes_on_to_the_app(app, come, ask):
    ana, page = come(ask())
    assert page.name == ("passkey-invitation", "ready")
    assert "Em seguida, você continua em Cofrinho" in page.text
    made = Authenticator().create(asked_of(page, "create"))

    page = post(ana, page, page.address, credential=made)

    assert page.name[0] == "recovery-codes-once"
    assert ana.open(page.elements["codes-kept"]["href"]).name[0] == "consent"
    with app.app_context():
        enrolled = [each.name for each in registry.enrolled(lookup.by_email(ANA).id)]
    assert enrolled == ["passkey", "recovery_code"]


def test_not_now_goes_on_and_is_remembered_for_thirty_days_in_every_browser(
    app, held_clock, come, ask
):
    ana, page = come(ask())

    assert ana.submit(page, "later-form").name[0] == "consent"

    with app.app_context():
        assert events.PASSKEY_DECLINED in [event for event, _ in persons.recorded()]
    assert come("/account")[1].address == "/account"
    held_clock.shift(30 * 86400 - 60)
    assert come("/account")[1].address == "/account"
    held_clock.shift(60)
    ana, page = come("/account")
    assert page.name[0] == "passkey-invitation"
    ana.submit(page, "later-form")
    assert come("/account")[1].address == "/account"


def test_a_browser_that_does_not_say_it_can_is_not_asked(browser, ask):
    ana = browser()

    assert ana.sign_in(ana.open(ask()), ANA).name[0] == "consent"


def test_where_the_setting_is_off_nobody_is_asked(app, come):
    app.config["PASSKEY_INVITATION"] = "off"

    assert come("/account")[1].address == "/account"


@pytest.mark.parametrize(
    "asked", [{"max_age": 3600}, {"acr_values": "urn:brasil:openbanking:loa2"}]
)
def test_nothing_that_asks_for_a_certain_sign_in_is_interrupted(come, ask, asked):
    assert come(ask(**asked))[1].name[0] == "consent"


def test_who_wants_one_page_of_their_own_is_not_kept_from_it(come):
    assert come("/account/sessions")[1].address == "/account/sessions"


def test_an_app_that_wants_no_page_meets_none(come, ask):
    ana, page = come("/account")
    assert page.name[0] == "passkey-invitation"

    silent = ana.open(ask(prompt="none"))

    assert "error=consent_required" in silent.address


def test_who_has_a_passkey_or_used_a_remembered_browser_is_not_asked(browser, come, phone):
    ana, page = come("/account")
    page = ana.submit(page, "otp-form", otp=phone.code(), remember="1")
    assert page.name[0] == "passkey-invitation"
    ana.submit(ana.open("/logout"), "logout-form")

    ana, page = come("/account", ana)

    assert page.address == "/account"  # of one factor: it may make none


def test_who_has_one_is_not_asked(browser, come):
    ana = browser()
    ana.sign_in(ana.open("/account"), ANA)
    device = Authenticator()
    add_passkey(ana, device)
    ana.submit(ana.open("/logout"), "logout-form")

    ana, page = come("/account", ana)
    shown = device.show(asked_of(page, "get"), count=1)

    assert post(ana, page, page.address, method="passkey", credential=shown).address == "/account"


@abuse("W-07")
def test_an_invitation_that_stood_open_too_long_makes_nothing_and_lets_one_on(
    app, held_clock, come, ask
):
    ana, page = come(ask())
    made = Authenticator().create(asked_of(page, "create"))
    held_clock.shift(301)

    page = post(ana, page, page.address, credential=made)

    assert page.name[0] == "consent"
    with app.app_context():
        assert not registry.enrolled(lookup.by_email(ANA).id)


@abuse("B-02")
def test_no_form_of_another_site_accepts_or_declines(come):
    ana, page = come("/account")

    for path in (page.address, f"{page.address}/later"):
        answer = ana.client.post(path, data={"credential": "{}"}, headers=ana.headers)
        assert answer.status_code == 403


def test_what_the_device_made_wrongly_is_refused_and_both_ways_stay(come):
    ana, page = come("/account")

    page = post(ana, page, page.address, credential="{")

    assert (page.status, page.name) == (422, ("passkey-invitation", "error"))
    assert re.search('id="passkey-later"', page.html)
