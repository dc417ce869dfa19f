"""Turning codes by mail and SMS on and off, and showing them again before what matters."""

import pytest
from sqlalchemy import select

from app.auth.accounts import lookup
from app.auth.audit import events
from app.auth.database import db
from app.auth.factors.models import CodeFactor
from app.foundation.database import kept
from tests.auth import outbox, persons
from tests.auth.pages.codes import ANA, NUMBER
from tests.support.marks import abuse, asvs, mission

ON = "/account/codes/{}"


def factors(app):
    with app.app_context():
        on = CodeFactor.enabled_at.is_not(None)
        return sorted(db.session.scalars(select(CodeFactor.name).where(on)))


@asvs("6.3.7")
@mission("S13", "C33")
@pytest.mark.parametrize(("channel", "to"), [("email", ANA), ("sms", NUMBER)])
def test_a_code_that_was_sent_turns_the_factor_on_and_its_person_is_told(
    app, browser, codes, channel, to
):
    ana = browser()
    page = ana.sign_in(ana.open(ON.format(channel)), ANA)
    assert codes.sent(to) == []
    page = ana.submit(page, "otp-send-form")

    assert ana.submit(page, "otp-form", otp=codes.wrong(to)).status == 422
    page = ana.submit(page, "otp-form", otp=codes.last(to))

    assert page.name[0] == "recovery-codes-once"
    assert factors(app) == [f"{channel}_code"]
    with app.app_context():
        assert "factor_on" in outbox.names(ANA)
        told = [event for event, _ in persons.recorded()]
    assert {events.CODE_SENT, events.FACTOR_ADDED} <= set(told)


@abuse("W-07")
def test_who_was_here_too_long_ago_confirms_first(held_clock, app, browser, codes):
    ana = browser()
    ana.sign_in(ana.open("/account"), ANA)
    held_clock.shift(301)

    assert ana.open(ON.format("sms")).name[0] == "step-up"
    assert codes.sent(NUMBER) == []


@asvs("6.6.1")
def test_a_contact_that_is_not_proved_gets_no_code(app, browser, codes):
    with app.app_context(), kept(db):
        lookup.by_email(ANA).phone_verified_at = None
    ana = browser()

    page = ana.sign_in(ana.open(ON.format("sms")), ANA)

    assert "no-contact" in page.elements
    assert page.forms.keys().isdisjoint({"otp-form", "otp-send-form"})


@asvs("6.5.6")
def test_the_factor_is_turned_off_and_its_person_is_told(app, browser, codes):
    codes.turn_on("sms_code")
    ana = browser()
    page = ana.sign_in(ana.open(ON.format("sms")), ANA)
    page = ana.submit(page, "otp-form", otp=codes.last(NUMBER))

    page = ana.submit(page, "code-off-form")

    assert page.name[0] == "security"
    assert factors(app) == []
    with app.app_context():
        assert outbox.names(NUMBER)[-1] == "factor_off"


@mission("C33")
def test_the_last_one_stays_where_policy_wants_two(app, browser, codes):
    app.config["SECOND_FACTOR"] = "at_registration"
    codes.turn_on("sms_code")
    ana = browser()
    page = ana.sign_in(ana.open(ON.format("sms")), ANA)
    page = ana.submit(page, "otp-form", otp=codes.last(NUMBER))

    assert ana.submit(page, "code-off-form").status == 409
    assert factors(app) == ["sms_code"]


@abuse("O-08")
@mission("S78")
def test_a_code_confirms_what_matters_once_it_was_asked_for(held_clock, app, browser, codes):
    codes.turn_on("email_code")
    ana = browser()
    page = ana.sign_in(ana.open("/account"), ANA)
    signed_in_by = codes.last()
    ana.submit(page, "otp-form", otp=signed_in_by)
    held_clock.shift(301)

    page = ana.open(ON.format("email"))
    assert page.name == ("step-up", "ready")
    assert "stepup-form" not in page.forms
    page = ana.submit(page, "otp-send-form")
    assert ana.submit(page, "stepup-form", otp=signed_in_by).status == 422
    page = ana.submit(page, "stepup-form", otp=codes.last())

    assert page.name == ("code-factor", "ready")
    with app.app_context():
        assert outbox.names(ANA)[-1] == "step_up_code"
