"""Signing in with two factors, as a person meets it: the second page, another way, no way round."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app.auth.accounts import lookup, passwords
from app.auth.accounts.proofs import one_time
from app.auth.accounts.proofs.one_time import Guesser
from app.auth.audit import events
from app.auth.database import db
from app.auth.factors.models import RememberedBrowser
from app.auth.flows.contacts import recover
from app.auth.sessions.models import Session
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import persons
from tests.auth.crowds import at_once
from tests.support.marks import abuse, asvs, mission

ANA = "ana@exemplo.com.br"


def sessions(app):
    with app.app_context():
        return [tuple(row) for row in db.session.execute(select(Session.amr, Session.acr))]


@mission("S30", "C7")
@abuse("O-08")
def test_who_has_a_factor_shows_it_before_any_session_begins(app, browser, ask, phone):
    ana = browser()

    page = ana.sign_in(ana.open(ask()), ANA)

    assert page.name == ("second-factor", "ready")
    assert sessions(app) == []
    page = ana.submit(page, "otp-form", otp=phone.code())
    assert page.name[0] == "consent"
    assert sessions(app) == [("pwd otp mfa", "urn:brasil:openbanking:loa3")]


@asvs("2.3.1")
@abuse("O-08")
@pytest.mark.parametrize(
    "path", ["/account", "/account/security", "/account/totp", "/admin/clients"]
)
def test_half_signed_in_opens_nothing(app, browser, ask, phone, path):
    ana = browser()
    waiting = ana.sign_in(ana.open(ask()), ANA)
    uid = waiting.address.rpartition("/")[2]

    assert ana.open(path).name[0] == "login"
    assert ana.open(f"/consent/{uid}").name[0] == "second-factor"
    assert ana.open(f"/oauth/authorize/{uid}").name[0] == "second-factor"
    assert "login_required" in ana.open(ask(prompt="none")).address
    assert sessions(app) == []


@abuse("O-08")
def test_another_browser_cannot_take_the_second_step(browser, ask, phone):
    ana, thief = browser(), browser()
    page = ana.sign_in(ana.open(ask()), ANA)

    stolen = thief.submit(page, "otp-form", otp=phone.code())

    assert stolen.status == 403
    assert ana.submit(page, "otp-form", otp=phone.code()).name[0] == "consent"


@abuse("O-01")
def test_a_code_signs_in_once(browser, ask, phone):
    code = phone.code()
    first, second = browser(), browser()
    first.submit(first.sign_in(first.open(ask()), ANA), "otp-form", otp=code)

    page = second.submit(second.sign_in(second.open(ask()), ANA), "otp-form", otp=code)

    assert page.status == 422
    assert "Este código já foi usado" in page.text
    assert code not in page.html


@abuse("O-04")
def test_after_five_wrong_codes_even_the_right_one_is_paused(held_clock, browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    for _ in range(5):
        page = ana.submit(page, "otp-form", otp="000000")
        assert (page.status, page.name) == (422, ("second-factor", "error"))

    page = ana.submit(page, "otp-form", otp=phone.code())

    assert (page.status, page.name) == (429, ("second-factor", "limited"))
    assert page.headers["Retry-After"] == "900"
    elsewhere = browser()
    page = elsewhere.submit(elsewhere.sign_in(elsewhere.open(ask()), ANA), "otp-form", otp="111111")
    assert page.status == 429


@abuse("O-04")
def test_codes_of_every_kind_share_one_budget(browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    for _ in range(3):
        ana.submit(page, "otp-form", otp="000000")
    for _ in range(2):
        ana.submit(page, "otp-form", method="recovery_code", recovery_code="x" * 15)

    page = ana.submit(page, "otp-form", method="recovery_code", recovery_code=phone.paper[0])

    assert page.status == 429


@abuse("O-05")
def test_of_sixty_parallel_guesses_five_are_judged(browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    token = page.forms["otp-form"]["fields"]["csrf_token"]
    cookie = "; ".join(f"{c.key}={c.value}" for c in ana.client._cookies.values())
    statuses = []

    def guess():
        form = {"csrf_token": token, "method": "totp", "otp": "000000"}
        other = ana.client.application.test_client(use_cookies=False)
        headers = {"Accept": "text/html", "Cookie": cookie}
        statuses.append(other.post(page.address, data=form, headers=headers).status_code)

    at_once(guess, 60)

    assert statuses.count(422) == 5
    assert statuses.count(429) == 55


@mission("C21")
def test_wrong_codes_cost_no_password_tries_and_the_other_way_round(browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    for _ in range(6):
        page = ana.submit(page, "otp-form", otp="000000")
    again = browser()

    assert again.sign_in(again.open(ask()), ANA).name[0] == "second-factor"


@abuse("O-11")
@mission("S74")
def test_a_recovery_code_signs_in_once(app, browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    others = ana.open(page.elements["other-method"]["href"])
    page = ana.open(others.elements["method-recovery_code"]["href"])
    typed = {"recovery_code": phone.paper[3].lower()}

    assert ana.submit(page, "otp-form", **typed).name[0] == "consent"
    again = browser()
    again.sign_in(again.open(ask()), ANA)
    page = again.open(f"{urlsplit(again.open(ask()).address).path}")
    assert sessions(app) == [("pwd otp mfa", "urn:brasil:openbanking:loa3")]


def test_the_same_recovery_code_is_refused_the_second_time(browser, ask, phone):
    for expected in (200, 422):
        ana = browser()
        page = ana.sign_in(ana.open(ask()), ANA)
        page = ana.open(f"{page.address}?method=recovery_code")
        page = ana.submit(page, "otp-form", recovery_code=phone.paper[0])
        assert page.status == expected


def test_who_changes_the_password_meanwhile_starts_over(app, browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    with app.app_context(), kept(db):
        passwords.set(lookup.by_email(ANA), "another one entirely")

    page = ana.submit(page, "otp-form", otp=phone.code())

    assert page.name[0] == "login"
    assert sessions(app) == []


def test_the_second_step_waits_ten_minutes(held_clock, app, browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    held_clock.shift(601)

    page = ana.submit(page, "otp-form", otp=phone.code())

    assert page.name[0] == "login"
    assert sessions(app) == []


def test_somebody_else_may_sign_in_instead(app, browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)

    page = ana.submit(page, "start-over-form")

    assert page.name[0] == "login"
    assert ana.sign_in(page, "bia@exemplo.com.br").name[0] == "consent"


def test_a_locked_person_is_not_let_in_by_the_factor(app, browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    with app.app_context(), kept(db):
        lookup.by_email(ANA).status = "locked"

    ana.submit(page, "otp-form", otp=phone.code())

    assert sessions(app) == []


@mission("S76")
def test_a_browser_that_is_remembered_is_not_asked_for_30_days(
    held_clock, app, browser, ask, phone
):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    ana.submit(page, "otp-form", otp=phone.code(), remember="1")
    ana.submit(ana.open("/logout"), "logout-form")

    page = ana.sign_in(ana.open(ask()), ANA)

    assert page.name[0] == "consent"
    assert sessions(app)[-1] == ("pwd", "urn:brasil:openbanking:loa2")
    stranger = browser()
    assert stranger.sign_in(stranger.open(ask()), ANA).name[0] == "second-factor"
    ana.submit(ana.open("/logout"), "logout-form")
    held_clock.shift(30 * 86400)
    assert ana.sign_in(ana.open(ask()), ANA).name[0] == "second-factor"


def test_a_new_password_ends_what_was_remembered(held_clock, app, browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    ana.submit(page, "otp-form", otp=phone.code(), remember="1")
    ana.submit(ana.open("/logout"), "logout-form")
    held_clock.shift(1)
    with app.app_context(), kept(db):
        passwords.set(lookup.by_email(ANA), "another one entirely")

    page = ana.sign_in(ana.open(ask()), ANA, "another one entirely")

    assert page.name[0] == "second-factor"


def test_where_policy_says_always_no_browser_is_remembered(app, browser, ask, phone):
    app.config["SECOND_FACTOR"] = "always"
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    assert "remember" not in page.elements

    ana.submit(page, "otp-form", otp=phone.code(), remember="1")

    with app.app_context():
        assert db.session.scalar(select(RememberedBrowser.user_id)) is None


@asvs("16.3.1")
@abuse("O-08")
def test_what_was_tried_is_in_the_record_and_no_code_is(app, browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    ana.submit(page, "otp-form", otp="000000")
    ana.submit(page, "otp-form", otp=phone.code(), remember="1")

    with app.app_context():
        told = [event for event, _ in persons.recorded()]
    assert told[-4:] == [
        events.SECOND_FACTOR_REFUSED,
        events.BROWSER_REMEMBERED,
        events.SIGN_IN_SUCCEEDED,
        events.SESSION_OPENED,
    ]


@pytest.mark.parametrize(
    "typed", [{}, {"otp": ""}, {"otp": "\x00"}, {"method": "nothing", "otp": "1"}]
)
def test_no_answer_is_an_error_of_ours(browser, ask, phone, typed):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)

    assert ana.submit(page, "otp-form", **typed).status in {400, 422}


def test_a_passkey_nobody_has_is_refused(browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)

    for credential in ("", "{", "[]", '{"id": 1}', '{"response": {}}', "x" * 20_000):
        page = ana.submit(page, "otp-form", method="passkey", credential=credential)
        assert page.status == 422


@asvs("6.4.3")
@abuse("O-14")
def test_a_new_password_by_mail_skips_no_factor_and_keeps_it(app, browser, ask, phone):
    with app.app_context(), kept(db):
        user = lookup.by_email(ANA)
        user.email_verified_at = clock.now()
        secret = one_time.issue(recover.PURPOSE, user.id, user.email_folded)
    ana = browser()
    with app.test_request_context("/"), kept(db):
        guesser = Guesser("127.0.0.1", "a browser")
        recover.by_code(lookup.by_email(ANA).id, secret.code, "uma frase bem nova 7", guesser)

    page = ana.sign_in(ana.open(ask()), ANA, "uma frase bem nova 7")

    assert page.name[0] == "second-factor"
    assert sessions(app) == []
    assert ana.submit(page, "otp-form", otp=phone.code()).name[0] == "consent"
