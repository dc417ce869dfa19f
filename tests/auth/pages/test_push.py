"""Notices on this device: turned on by the browser, off from anywhere, ended with a session."""

import pytest
from sqlalchemy import select

from app.auth import housekeeping
from app.auth.database import db
from app.auth.notifications.models import PushSubscription
from tests.auth import persons
from tests.support import mailbox
from tests.support.marks import abuse, rfc
from tests.support.push_service import PushService

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile Safari/604.1"
ANA = "ana@exemplo.com.br"


@pytest.fixture
def service(listener):
    """Where browsers take their messages."""
    return PushService(listener)


@pytest.fixture
def auth_app(create_house, service):
    """A house that sends notices by push."""
    return create_house("auth", **service.settings)


def turn_on(visitor, service, **changed):
    """What the script does once the browser gave it an address; return the page after."""
    return visitor.show_notices(service.subscribe().address | changed)


def kept(app):
    with app.app_context():
        return db.session.scalars(select(PushSubscription)).all()


@rfc("8292", "4")
def test_it_is_turned_on_and_off_where_one_is(app, come_in, service):
    ana = come_in()
    page = ana.open("/account/security")
    assert page.elements["push-form"]["data-key"].startswith("B")  # a point, uncompressed
    assert "hidden" in page.elements["push-form"]

    page = turn_on(ana, service)
    assert "Avisos ligados neste aparelho." in page.text
    assert "push-form" not in page.forms

    page = ana.submit(page, "push-off-form")
    assert "Avisos desligados." in page.text
    assert kept(app) == []
    with app.app_context():
        told = [event for event, _ in persons.recorded() if "push" in event]
    assert told == ["account:push:added", "account:push:removed"]


def test_another_device_is_listed_and_turned_off_from_here(app, come_in, service):
    turn_on(come_in(device=PHONE), service)
    laptop = come_in()

    page = laptop.open("/account/security")
    assert "iPhone" in page.text
    [row] = kept(app)
    action = f"/account/push/{row.id}/off"
    token = page.forms["push-form"]["fields"]["csrf_token"]
    laptop.client.post(action, data={"csrf_token": token}, headers=laptop.headers)

    assert kept(app) == []


def test_nobody_elses_is_turned_off(app, come_in, service):
    turn_on(come_in(), service)
    [row] = kept(app)
    bia = come_in("bia@exemplo.com.br")
    token = bia.open("/account/security").forms["push-form"]["fields"]["csrf_token"]

    bia.client.post(f"/account/push/{row.id}/off", data={"csrf_token": token}, headers=bia.headers)

    assert len(kept(app)) == 1


def sign_out(ana, _other):
    ana.submit(ana.open("/account"), "sign-out-form")


def end_from_elsewhere(_ana, other):
    other.submit(other.open("/account/sessions/others"), "revoke-others-form")


@pytest.mark.parametrize("end", [sign_out, end_from_elsewhere])
def test_notices_end_with_the_session_that_asked_for_them(app, come_in, service, end):
    ana, other = come_in(), come_in(device=PHONE)
    turn_on(ana, service)

    end(ana, other)

    assert kept(app) == []


def test_a_session_that_runs_out_leaves_the_notices_on(app, come_in, service, held_clock):
    turn_on(come_in(), service)
    held_clock.shift(24 * 3600)
    come_in(device=PHONE)

    assert len(kept(app)) == 1


def test_ending_all_others_ends_notices_where_the_session_is_long_gone(
    app, come_in, service, held_clock
):
    turn_on(come_in(device=PHONE), service)
    held_clock.shift(3 * 24 * 3600)
    with app.app_context():
        assert housekeeping.run(30)["sessions"] == 1
    ana = come_in()
    turn_on(ana, service)

    end_from_elsewhere(come_in(), ana)

    [row] = kept(app)
    assert "curl" in row.name


@abuse("W-07")
def test_turning_them_on_is_told_by_mail_and_on_every_other_device(app, come_in, service, codes):
    phone, laptop = service.subscribe(), service.subscribe()
    come_in(device=PHONE).show_notices(phone.address)
    come_in().show_notices(laptop.address)

    told = [m for m in mailbox.received(app, ANA) if m["subject"].startswith("Nova forma")]

    assert sorted(each["channel"] for each in told) == ["mail", "mail", "push"]
    assert "código por aviso no aparelho" in told[0]["text"]
    assert [n.told["title"] for n in service.pushed(laptop) if "forma" in n.told["title"]] == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_no_browsers_address_is_refused_and_said_so(app, come_in, service):
    for wrong in ({"endpoint": "http://127.0.0.1/"}, {"p256dh": "x"}, {"auth": ""}):
        page = turn_on(come_in(), service, **wrong)

        assert page.status == 422
        assert "O navegador não disse para onde mandar os avisos." in page.text
    assert kept(app) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_form_of_another_site_turns_nothing_on(app, come_in, service):
    page = turn_on(come_in(), service, csrf_token="x")

    assert page.status >= 400
    assert kept(app) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_without_a_key_no_page_speaks_of_it(create_house, come_in, service, app):
    app.config["PUSH_VAPID_PRIVATE_KEY"] = ""

    page = come_in().open("/account/security")

    assert "push" not in page.elements
    assert "push.js" not in page.html
    assert "worker-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_only_that_page_may_start_a_worker_and_the_worker_is_ours(app, come_in):
    ana = come_in()

    policy = ana.open("/account/security").headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "trusted-types push-worker" in policy
    assert "worker-src 'none'" in ana.open("/account").headers["Content-Security-Policy"]
    script = app.test_client().get("/push-worker.js")
    assert script.mimetype == "text/javascript"
    assert script.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "fetch" not in script.text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_mailbox_shows_what_was_pushed(app, come_in, service):
    turn_on(come_in(), service)
    come_in(device=PHONE)  # a sign-in from a new device

    told = mailbox.received(app, ANA)

    pushed = [each for each in told if each["channel"] == "push"]
    assert [each["subject"] for each in pushed] == ["Nova entrada na sua conta"]
