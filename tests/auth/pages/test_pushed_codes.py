"""The code of a deed, pushed to another browser of its person: chosen, told, good there once."""

import hashlib
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from app.auth.accounts import lookup
from app.auth.deeds import evidence
from app.auth.factors import deed_codes
from app.auth.notifications import delivery, subscriptions
from tests.auth import outbox
from tests.auth.crowds import at_once
from tests.auth.pages import passkeys, paying
from tests.auth.pages.codes import ANA, NUMBER
from tests.auth.pages.visitor import CALLBACK
from tests.support import mailbox, steps
from tests.support.marks import abuse, mission, rfc
from tests.support.push_service import PushService

TOOL = Path(__file__).parents[3] / "tools" / "verify_evidence.py"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile Safari/604.1"
BIA = "bia@exemplo.com.br"
A_DAY = deed_codes.SETTLED.total_seconds()
LOA3 = "urn:brasil:openbanking:loa3"


@pytest.fixture
def service(listener):
    """Where browsers take their messages."""
    return PushService(listener)


@pytest.fixture
def auth_app(create_house, service):
    """A house that sends notices by push."""
    return create_house("auth", **service.settings)


class Shown:
    """A browser of Ana's, and what is pushed to it."""

    def __init__(self, app, service):
        """Have a browser that subscribed at ``service``."""
        self.app, self.service, self.browser = app, service, service.subscribe()

    def notice(self):
        """Return the one notice with a code that it shows, once all were delivered."""
        with self.app.app_context():
            delivery.deliver_pushes()
        [came] = [n for n in self.service.pushed(self.browser) if "código" in n.told["body"]]
        return came

    def code(self):
        """Return the code of a deed that was pushed last."""
        with self.app.app_context():
            sent = [m for m in outbox.waiting(ANA) if (m.name, m.channel) == ("deed_code", "push")]
        return sent[-1].context["code"]


@pytest.fixture
def iphone(app, come_in, service, held_clock):
    """Ana's iPhone, which has shown her notices for a day."""
    shown = Shown(app, service)
    come_in(device=PHONE).show_notices(shown.browser.address)
    held_clock.shift(A_DAY)
    return shown


def push_ids(page):
    """Return the ids of the buttons that push a code."""
    return sorted(each for each in page.elements if re.fullmatch(r"push-send-\d+", each or ""))


@mission("S79")
@rfc("8176", "2")
def test_a_code_pushed_to_another_browser_approves_it(come_in, pay, iphone, decided):
    ana = come_in()
    page = ana.open(pay())
    assert page.name == ("payment", "ready")
    assert push_ids(page) == ["push-send-1"]
    assert "otp-send" not in page.elements
    assert "Receber código em iPhone" in page.text

    page = ana.submit(page, "push-send-1-form")
    came = iphone.notice()
    code = re.search(r"\b\d{6}\b", came.told["body"])[0]
    answer = paying.redeem(ana, ana.submit(page, "otp-form", otp=code))

    assert "Enviamos um código para iPhone" in page.text
    assert "O aviso diz o valor e quem recebe." in page.text
    assert came.told["title"] == "Código para confirmar um pedido"
    assert "pagar R$ 1.250,00 a Marina Alves" in came.told["body"]
    assert (came.headers["urgency"], int(came.headers["ttl"])) == ("high", 300)
    assert answer["authorization_details"][0]["approved_by"] == "push"
    claims = steps.claims_of(answer["access_token"])
    assert (claims["acr"], claims["amr"]) == (LOA3, ["pwd", "otp", "mfa"])
    [row] = decided()
    assert (row.decision, row.method, row.channel) == ("approved", "push", "push")
    assert row.destination.startswith("iPhone")
    assert bytes(row.text_digest) == hashlib.sha256(came.told["body"].encode()).digest()


@mission("S79")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_evidence_of_it_is_verified_without_us(app, come_in, pay, iphone, decided, tmp_path):
    ana, file = come_in(), tmp_path / "proof.json"
    page = ana.submit(ana.open(pay()), "push-send-1-form")
    ana.submit(page, "otp-form", otp=iphone.code())
    with app.app_context():
        document = evidence.exported(decided()[0].id)
    file.write_text(json.dumps(document))

    done = subprocess.run([sys.executable, "-I", TOOL, file], capture_output=True, check=False)

    assert (document["method"], document["code"]["channel"]) == ("push", "push")
    assert done.returncode == 0, done.stdout
    file.write_text(json.dumps(document | {"method": "sms"}))
    spoiled = subprocess.run([sys.executable, "-I", TOOL, file], capture_output=True, check=False)
    assert b"it was sent another way" in spoiled.stdout


def test_the_mailbox_of_a_developer_shows_it(app, come_in, pay, iphone):
    ana = come_in()
    page = ana.submit(ana.open(pay()), "push-send-1-form")

    code = mailbox.code(app, ANA)

    [told] = [m for m in mailbox.received(app, ANA) if m["subject"].startswith("Código")]
    assert (told["channel"], code in told["text"]) == ("push", True)
    assert ana.submit(page, "otp-form", otp=code).address.startswith(CALLBACK)


@abuse("O-01", "F-13")
def test_the_person_chooses_the_way_and_one_code_ends_the_other(
    come_in, pay, codes, iphone, held_clock, decided
):
    ana = come_in()
    page = ana.open(pay())
    assert page.html.index('id="otp-send"') < page.html.index('id="push-send-1"')
    assert codes.sent(NUMBER) == []

    page = ana.submit(page, "otp-send-form")
    by_sms = codes.last(NUMBER)
    at_once_too = ana.submit(page, "push-send-1-form")
    held_clock.shift(61)
    page = ana.submit(page, "push-send-1-form")
    by_push = iphone.code()

    assert (at_once_too.status, at_once_too.name) == (429, ("payment", "limited"))
    assert "Enviamos outro código. O anterior não vale mais." in page.text
    assert "otp-send" in page.elements
    assert by_sms != by_push
    for named in ({}, {"method": "sms_code"}):
        assert ana.submit(page, "otp-form", otp=by_sms, **named).status == 422
    assert ana.submit(page, "otp-form", otp=by_push, method="sms_code").status == 422
    assert decided() == []
    held_clock.shift(61)
    page = ana.submit(page, "otp-resend-form")
    assert ana.submit(page, "otp-form", otp=iphone.code()).address.startswith(CALLBACK)
    assert [row.method for row in decided()] == ["push"]


@abuse("F-13")
def test_no_code_is_pushed_to_the_very_browser_that_asks(
    app, come_in, pay, service, held_clock, decided
):
    ana = come_in()
    ana.show_notices(service.subscribe().address)
    held_clock.shift(A_DAY)
    ana.sign_in(ana.open("/account"), ANA)

    page = ana.open(pay())

    assert page.name == ("payment", "ready")
    assert "no-way" in page.elements
    after = ana.submit(page, "consent-deny-form")
    assert "error=unmet_authentication_requirements" in after.address
    assert decided() == []


@abuse("F-13")
def test_a_stolen_session_is_sent_no_code_where_it_was_stolen_or_is_used(
    browser, come_in, pay, iphone, service, held_clock
):
    thief, laptop = browser(), come_in()
    thief.sign_in(thief.open("/account"), ANA)
    for each in (thief, laptop):
        each.show_notices(service.subscribe().address)
    held_clock.shift(A_DAY)
    laptop.sign_in(laptop.open("/account"), ANA)
    [name, *_] = [c.key for c in laptop.client._cookies.values() if "session" in c.key]
    thief.client.set_cookie(name, laptop.client.get_cookie(name).value)

    page = thief.open(pay())

    assert page.name == ("payment", "ready"), page.text
    assert push_ids(page) == ["push-send-1"]
    assert "Receber código em iPhone" in page.text


@abuse("F-13")
@pytest.mark.parametrize(("age", "offered"), [(A_DAY - 1, []), (A_DAY, ["push-send-1"])])
def test_a_browser_takes_codes_a_day_after_its_notices_were_turned_on(
    come_in, pay, service, held_clock, age, offered
):
    come_in(device=PHONE).show_notices(service.subscribe().address)
    held_clock.shift(age)

    assert push_ids(come_in().open(pay())) == offered


@abuse("F-13")
def test_turned_on_anew_it_waits_anew(browser, pay, come_in, service, held_clock):
    address, phone = service.subscribe().address, browser(User_Agent=PHONE)
    phone.sign_in(phone.open("/account"), ANA)
    phone.show_notices(address)
    held_clock.shift(A_DAY)
    phone.sign_in(phone.open("/account"), ANA)
    phone.submit(phone.open("/account/security"), "push-off-form")
    phone.show_notices(address)

    assert push_ids(come_in().open(pay())) == []


@abuse("F-13")
def test_a_code_goes_only_where_the_page_offers_it(app, come_in, pay, iphone, service):
    bias = come_in(BIA)
    bias.show_notices(service.subscribe().address)
    ana = come_in()
    ana.show_notices(service.subscribe().address)
    with app.app_context():
        others = [sub.id for who in (BIA, ANA) for sub in subscriptions_of(who)]
    page = ana.open(pay())
    good = page.forms["push-send-1-form"]["fields"]["method"]

    for named in {*others, "", "sms_code", "email_code", "psh_x", good.upper()} - {good}:
        refused = ana.submit(page, "push-send-1-form", method=named)
        assert (refused.status, refused.name[0]) == (422, "payment"), named

    with app.app_context():
        assert [m.name for m in outbox.waiting() if m.name == "deed_code"] == []


def subscriptions_of(email):
    return subscriptions.of(lookup.by_email(email).id)


@abuse("F-13")
def test_a_pushed_code_for_one_deed_is_good_for_no_other(come_in, pay, iphone, decided):
    ana = come_in()
    ten, thousand = ana.open(pay(amount=10_00)), ana.open(pay(amount=1_000_00))
    ten = ana.submit(ten, "push-send-1-form")
    form = {**ten.forms["otp-form"]["fields"], **thousand.forms["push-send-1-form"]["fields"]}
    thousand.forms["typed"] = {"action": thousand.address, "fields": form}

    after = ana.submit(thousand, "typed", otp=iphone.code())

    assert (after.status, after.name) == (422, ("payment", "error"))
    assert decided() == []
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in iphone.code())
    assert ana.submit(ten, "otp-form", otp=wide).address.startswith(CALLBACK)


@abuse("O-04")
def test_the_tries_are_one_budget_whichever_way_codes_come(
    come_in, pay, codes, iphone, held_clock, decided
):
    ana = come_in()
    page = ana.submit(ana.open(pay()), "otp-send-form")
    for _ in range(3):
        assert ana.submit(page, "otp-form", otp=codes.wrong(NUMBER)).status == 422
    held_clock.shift(61)
    page = ana.submit(page, "push-send-1-form")
    wrong = f"{(int(iphone.code()) + 1) % 10**6:06}"
    for _ in range(2):
        assert ana.submit(page, "otp-form", otp=wrong).status == 422

    limited = ana.submit(page, "otp-form", otp=iphone.code())

    assert (limited.status, limited.name) == (429, ("payment", "limited"))
    held_clock.shift(61)
    assert ana.submit(page, "otp-send-form").status == 429  # nothing is sent that none would judge
    assert decided() == []


@abuse("V-04")
def test_of_many_codes_asked_for_at_once_both_ways_one_is_sent(app, come_in, pay, codes, iphone):
    ana = come_in()
    page = ana.open(pay())
    cookie = "; ".join(f"{c.key}={c.value}" for c in ana.client._cookies.values())

    def ask(way):
        form = page.forms[way]["fields"] | {"again": "1"}
        headers = {"Accept": "text/html", "Cookie": cookie}
        app.test_client(use_cookies=False).post(f"{page.address}/code", data=form, headers=headers)

    ways = ["otp-send-form", "push-send-1-form"] * 5
    at_once([lambda way=way: ask(way) for way in ways], 10)

    with app.app_context():
        assert [m.name for m in outbox.waiting() if m.name == "deed_code"] == ["deed_code"]


@abuse("O-05", "F-14")
def test_of_fifty_answers_at_once_one_approves(come_in, pay, iphone, decided):
    ana = come_in()
    page = ana.submit(ana.open(pay()), "push-send-1-form")
    cookie = "; ".join(f"{c.key}={c.value}" for c in ana.client._cookies.values())
    form = page.forms["otp-form"]["fields"] | {"otp": iphone.code()}
    app, statuses = ana.client.application, []

    def approve():
        other = app.test_client(use_cookies=False)
        headers = {"Accept": "text/html", "Cookie": cookie}
        statuses.append(other.post(page.address, data=form, headers=headers).status_code)

    at_once(approve, 50)

    assert len(statuses) == 50
    assert set(statuses) <= {303, 403, 409, 422, 429}
    [row] = decided()
    assert (row.decision, row.method) == ("approved", "push")


@abuse("F-13")
@pytest.mark.parametrize("end", ["off", "others", "password"])
def test_a_code_is_good_no_more_once_its_browser_takes_no_notices(
    app, come_in, pay, iphone, end, decided
):
    ana = come_in()
    page = ana.submit(ana.open(pay()), "push-send-1-form")
    code = iphone.code()
    if end == "off":
        [row] = kept_of(app)
        security = ana.open("/account/security")
        token = {"csrf_token": passkeys.token(security)}
        ana.client.post(f"/account/push/{row.id}/off", data=token, headers=ana.headers)
    elif end == "others":
        come_in()
        ana.submit(ana.open("/account/sessions/others"), "revoke-others-form")
    else:
        typed = {"current_password": "corredor azul 42", "new_password": "janela verde 77"}
        ana.submit(ana.open("/account/password"), "password-form", **typed)

    after = ana.submit(page, "otp-form", otp=code)

    assert kept_of(app) == []
    assert after.status == 422
    assert decided() == []
    assert "no-way" in ana.open(page.address).elements


def kept_of(app):
    with app.app_context():
        return subscriptions_of(ANA)


def test_a_code_that_came_too_late_is_followed_by_another_the_same_way(
    come_in, pay, iphone, held_clock
):
    ana = come_in()
    page = ana.submit(ana.open(pay()), "push-send-1-form")
    late = iphone.code()
    held_clock.shift(timedelta(minutes=5, seconds=1))

    after = ana.submit(page, "otp-form", otp=late)

    assert "Este código venceu. Enviamos um novo para iPhone" in after.text
    assert iphone.code() != late
    assert ana.submit(after, "otp-form", otp=iphone.code()).address.startswith(CALLBACK)


def test_a_pushed_code_alone_is_too_little_for_an_old_sign_in(held_clock, come_in, pay, iphone):
    ana = come_in()
    held_clock.shift(301)

    assert ana.open(pay({"max_age": "300"})).name[0] == "login"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_without_a_key_nothing_is_offered_so(app, come_in, pay, codes, iphone):
    app.config["PUSH_VAPID_PRIVATE_KEY"] = ""

    page = come_in().open(pay())

    assert push_ids(page) == []
    assert "otp-send" in page.elements


def test_the_page_and_the_notice_speak_english(app, come_in, browser, pay, iphone):
    ana = browser(User_Agent="curl/8", Accept_Language="en")
    ana.sign_in(ana.open("/account"), ANA)

    page = ana.open(pay({"ui_locales": "en"}))

    assert "Get a code on iPhone" in page.text
    page = ana.submit(page, "push-send-1-form")
    assert "The notice says the amount and payee." in page.text
