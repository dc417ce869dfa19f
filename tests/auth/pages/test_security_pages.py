"""The pages by which people add and remove factors: a proof of now first, secrets shown once."""

import json
import re

import pyotp
import pytest

from app.auth.accounts import lookup
from app.auth.audit import events
from app.auth.database import db
from app.auth.factors import passkeys, recovery_codes, registry, totp
from app.foundation.database import kept
from tests.auth import persons
from tests.auth.factors.authenticator import Authenticator
from tests.auth.pages.conftest import PASSWORD
from tests.auth.pages.passkeys import ANA, add_passkey, asked_of, post
from tests.support.marks import abuse, asvs, mission


def factors(app):
    with app.app_context():
        return [factor.name for factor in registry.enrolled(lookup.by_email(ANA).id)]


@mission("S73", "S74")
@abuse("O-13")
def test_a_person_sets_an_authenticator_app_up_and_keeps_ten_codes(app, ana):
    page = ana.open("/account/totp")
    secret = "".join(re.search('id="totp-secret"[^>]*>([^<]*)<', page.html)[1].split())
    assert 'class="qr"' in page.html
    assert page.name[0] == "totp"

    page = ana.submit(page, "otp-form", otp=pyotp.TOTP(secret).now())

    assert page.name[0] == "recovery-codes-once"
    assert len(set(re.findall(r"[2-9A-Z]{5}-[2-9A-Z]{5}-[2-9A-Z]{5}", page.html))) == 10
    again = ana.open("/account/totp")
    assert again.name[0] == "totp-on"
    assert secret not in again.html
    assert factors(app) == ["totp", "recovery_code"]
    assert ana.open("/account/recovery-codes").text.count("Restam 10 códigos")
    with app.app_context():
        told = [event for event, _ in persons.recorded()]
    assert told[-3:] == [events.FACTOR_ADDED, events.SESSION_RENEWED, events.RECOVERY_CODES_DRAWN]


def test_a_wrong_first_code_enables_nothing_and_keeps_the_secret(app, ana):
    before = ana.open("/account/totp")

    page = ana.submit(before, "otp-form", otp="000000")

    assert (page.status, page.name) == (422, ("totp", "error"))
    secret = re.search('id="totp-secret"[^>]*>([^<]*)<', before.html)[1]
    assert secret in page.html
    assert factors(app) == []


@asvs("7.5.1")
@abuse("W-07")
@pytest.mark.parametrize("path", ["/account/totp", "/account/passkeys/new"])
def test_after_five_minutes_a_new_factor_needs_a_proof_of_now(held_clock, app, browser, path):
    ana = browser()
    ana.sign_in(ana.open("/account"), ANA)
    held_clock.shift(301)

    page = ana.open(path)

    assert page.name[0] == "step-up"
    assert ana.submit(page, "stepup-form", password="x").status == 422
    page = ana.submit(page, "stepup-form", password=PASSWORD)
    assert page.address == path


@abuse("W-07")
def test_a_form_opened_in_time_and_sent_late_asks_again(held_clock, app, browser):
    ana = browser()
    ana.sign_in(ana.open("/account"), ANA)
    page = ana.open("/account/totp")
    secret = "".join(re.search('id="totp-secret"[^>]*>([^<]*)<', page.html)[1].split())
    held_clock.shift(301)

    page = ana.submit(page, "otp-form", otp=pyotp.TOTP(secret).now())

    assert page.name[0] == "step-up"
    assert factors(app) == []


@abuse("W-07")
def test_who_has_a_factor_shows_that_and_not_the_password(held_clock, app, browser, phone):
    ana = browser()
    page = ana.sign_in(ana.open("/account"), ANA)
    ana.submit(page, "otp-form", otp=phone.code(), remember="1")
    ana.submit(ana.open("/logout"), "logout-form")
    ana.sign_in(ana.open("/account"), ANA)

    page = ana.open("/account/passkeys/new")

    assert page.name[0] == "step-up"
    assert "password" not in page.elements
    refused = ana.submit(page, "stepup-form", method="password", password=PASSWORD)
    assert refused.status == 422
    held_clock.shift(30)
    page = ana.submit(page, "stepup-form", otp=phone.code())
    assert page.name[0] == "passkey-new"


@asvs("7.2.4")
def test_the_session_keeps_its_id_and_changes_its_secret_at_step_up(held_clock, app, browser):
    ana = browser()
    ana.sign_in(ana.open("/account"), ANA)
    before = {c.key: c.value for c in ana.client._cookies.values()}
    held_clock.shift(301)

    ana.submit(ana.open("/account/totp"), "stepup-form", password=PASSWORD)

    after = {c.key: c.value for c in ana.client._cookies.values()}
    assert before["session_3000"] != after["session_3000"]
    with app.app_context():
        told = [event for event, _ in persons.recorded()]
    assert told.count(events.SESSION_OPENED) == 1
    assert told.count(events.SESSION_RENEWED) == 1


def test_who_cancels_has_changed_nothing(held_clock, app, browser):
    ana = browser()
    ana.sign_in(ana.open("/account"), ANA)
    held_clock.shift(301)
    page = ana.open("/account/totp")

    page = post(ana, page, f"{page.address}/cancel")

    assert page.address == "/account"


@asvs("7.4.3")
def test_who_changed_a_factor_is_offered_to_end_the_other_sessions(browser, phone):
    ana = browser()
    page = ana.sign_in(ana.open("/account/totp"), ANA)
    page = ana.submit(page, "otp-form", method="recovery_code", recovery_code=phone.paper[0])
    assert "end-others" not in ana.open("/account/security").elements

    page = ana.submit(page, "otp-form", otp=phone.code())

    assert page.name[0] == "security"
    assert page.elements["end-others"]["href"] == "/account/sessions/others"


@asvs("6.5.6")
@mission("S75")
def test_the_app_is_turned_off_by_the_code_of_now(app, browser, phone):
    ana = browser()
    page = ana.sign_in(ana.open("/account/totp"), ANA)
    page = ana.submit(page, "otp-form", method="recovery_code", recovery_code=phone.paper[0])

    page = ana.submit(page, "otp-form", otp="000000")
    assert page.status == 422
    page = ana.submit(page, "otp-form", otp=phone.code())

    assert page.name[0] == "security"
    assert factors(app) == []
    with app.app_context():
        assert recovery_codes.left(lookup.by_email(ANA).id) == 0


@mission("S75", "C33")
def test_the_last_factor_stays_where_policy_wants_one(app, browser, phone):
    app.config["SECOND_FACTOR"] = "at_registration"
    ana = browser()
    page = ana.sign_in(ana.open("/account/totp"), ANA)
    page = ana.submit(page, "otp-form", method="recovery_code", recovery_code=phone.paper[0])

    page = ana.submit(page, "otp-form", otp=phone.code())

    assert page.status == 409
    assert "totp" in factors(app)


@asvs("6.5.6")
def test_new_codes_end_those_before(app, browser, phone):
    ana = browser()
    page = ana.sign_in(ana.open("/account/recovery-codes"), ANA)
    page = ana.submit(page, "otp-form", otp=phone.code())

    page = ana.submit(page, "codes-form")

    assert page.name[0] == "recovery-codes-once"
    assert not any(code in page.html for code in phone.paper)
    with app.app_context():
        assert not recovery_codes.verify(lookup.by_email(ANA).id, phone.paper[0])


@mission("C7")
def test_a_person_makes_a_passkey_and_signs_in_by_it(app, ana, browser):
    device = Authenticator()
    page = add_passkey(ana, device)
    assert page.name[0] == "recovery-codes-once"
    assert factors(app) == ["passkey", "recovery_code"]

    elsewhere = browser()
    page = elsewhere.open("/account")
    shown = device.show(asked_of(page, "get"))
    page = post(elsewhere, page, f"{page.address}/passkey", credential=shown)

    assert page.address == "/account"


@abuse("L-09")
def test_a_passkey_signs_in_while_the_password_is_paused(app, ana, browser):
    device = Authenticator()
    add_passkey(ana, device)
    other = browser()
    page = other.open("/account")
    for _ in range(6):
        refused = other.sign_in(page, ANA, "wrong")
    assert refused.status == 429

    shown = device.show(asked_of(page, "get"))

    assert post(other, page, f"{page.address}/passkey", credential=shown).address == "/account"


@mission("S80")
def test_a_passkey_is_the_second_factor_and_the_proof_of_now(held_clock, app, browser):
    ana, device = browser(), Authenticator()
    ana.sign_in(ana.open("/account"), ANA)
    add_passkey(ana, device)
    ana.submit(ana.open("/logout"), "logout-form")

    page = ana.sign_in(ana.open("/account"), ANA)
    assert page.name[0] == "second-factor"
    shown = device.show(asked_of(page, "get"), count=1)
    page = post(ana, page, page.address, method="passkey", credential=shown)
    assert page.address == "/account"
    held_clock.shift(301)
    page = ana.open("/account/totp")
    shown = device.show(asked_of(page, "get"), count=2)
    assert post(ana, page, page.address, method="passkey", credential=shown).name[0] == "totp"


@asvs("6.5.6", "7.4.3")
def test_the_list_of_passkeys_names_renames_and_removes(app, ana):
    add_passkey(ana)
    ana.open("/account/passkeys")
    with app.app_context():
        mine = passkeys.of(lookup.by_email(ANA).id)[0].id
    page = ana.open("/account/passkeys")
    post(ana, page, f"/account/passkeys/{mine}/name", name=" Celular <b> ")
    page = ana.open("/account/passkeys")
    assert "Celular <b>" in page.text
    assert "<b>" not in page.html

    page = ana.open(f"/account/passkeys/{mine}/remove")
    assert "passkey-last" in page.elements
    page = ana.submit(page, "passkey-remove-form")

    assert (page.name[0], factors(app)) == ("passkeys", [])
    assert page.elements["end-others"]["href"] == "/account/sessions/others"


def test_nobody_reaches_the_passkey_of_another(app, ana, browser):
    add_passkey(ana)
    with app.app_context():
        hers = passkeys.of(lookup.by_email(ANA).id)[0].id
    bia = browser()
    bia.sign_in(bia.open("/account"), "bia@exemplo.com.br")

    assert bia.open(f"/account/passkeys/{hers}/remove").status == 404
    page = bia.open("/account/passkeys/new")
    assert post(bia, page, f"/account/passkeys/{hers}/remove").status == 404
    assert post(bia, page, f"/account/passkeys/{hers}/name", name="x").status == 404


@pytest.mark.parametrize("credential", ["", "{", "[]", json.dumps({"id": "x"})])
def test_a_passkey_that_is_none_is_refused_with_a_next_step(ana, credential):
    page = ana.open("/account/passkeys/new")

    page = post(ana, page, "/account/passkeys/new", credential=credential)

    assert (page.status, page.name) == (422, ("passkey-new", "error"))


@abuse("L-11")
@pytest.mark.parametrize(
    "path",
    [
        *("/account/totp", "/account/totp/off", "/account/recovery-codes"),
        *("/account/passkeys/new", "/account/passkeys/x/name", "/account/passkeys/x/remove"),
    ],
)
def test_no_form_of_another_site_changes_a_factor(ana, path):
    answer = ana.client.post(path, data={"otp": "000000"}, headers=ana.headers)

    assert answer.status_code == 403


@mission("C33")
def test_where_policy_wants_it_a_second_factor_is_set_up_before_anything_else(app, browser, ask):
    app.config["SECOND_FACTOR"] = "at_registration"
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    assert page.name[0] == "enrolment"
    assert "enrolment-later" not in page.elements
    assert ana.open("/account/sessions").name[0] == "enrolment"
    assert ana.open("/account/security").name[0] == "enrolment"
    post(ana, page, f"{page.address}/later")
    secret = "".join(re.search('id="totp-secret"[^>]*>([^<]*)<', page.html)[1].split())

    page = ana.submit(page, "otp-form", otp=pyotp.TOTP(secret).now())

    assert page.name[0] == "recovery-codes-once"
    assert ana.open(page.elements["codes-kept"]["href"]).name[0] == "consent"


@abuse("W-10")
@mission("C33")
def test_an_app_that_needs_two_factors_lets_one_be_set_up(app, browser, ask):
    level = "urn:brasil:openbanking:loa3"
    essential = json.dumps({"id_token": {"acr": {"value": level, "essential": True}}})
    ana = browser()
    page = ana.sign_in(ana.open(ask(claims=essential)), ANA)
    assert page.name[0] == "enrolment"

    refused = post(ana, page, f"{page.address}/later")

    assert "error=unmet_authentication_requirements" in refused.address
    page = ana.open(ask(claims=essential))
    secret = "".join(re.search('id="totp-secret"[^>]*>([^<]*)<', page.html)[1].split())
    page = ana.submit(page, "otp-form", otp=pyotp.TOTP(secret).now())
    assert ana.open(page.elements["codes-kept"]["href"]).name[0] == "consent"


@abuse("W-10")
def test_an_app_that_needs_two_factors_steps_the_session_up(app, browser, ask, phone):
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    ana.submit(page, "otp-form", method="recovery_code", recovery_code=phone.paper[0], remember="1")
    ana.submit(ana.open("/logout"), "logout-form")
    page = ana.sign_in(ana.open(ask(acr_values="urn:brasil:openbanking:loa3")), ANA)
    assert page.name[0] == "step-up"

    assert ana.submit(page, "stepup-form", otp="000000").status == 422
    page = ana.submit(page, "stepup-form", otp=phone.code())

    assert page.name[0] == "consent"


def test_totp_stays_unasked_until_enabled(app, ana, browser):
    ana.open("/account/totp")

    other = browser()
    assert other.sign_in(other.open("/account"), ANA).address == "/account"
    with app.app_context(), kept(db):
        assert not totp.is_enrolled(lookup.by_email(ANA).id)
