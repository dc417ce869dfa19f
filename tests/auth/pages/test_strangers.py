"""It was not me."""

import re

import pytest

from app.auth.audit import events
from app.auth.database import db
from app.auth.sessions.models import Device
from tests.auth import persons
from tests.auth.pages.conftest import PASSWORD
from tests.support.marks import abuse, mission

ANA = "ana@exemplo.com.br"
NEW = "tres tigres na varanda"
SID = re.compile(r"not-me\?sid=(ses_\w+)")


@pytest.fixture
def strange(held_clock, come_in):
    """Ana's browser, another where somebody signed in as her, and that session's id."""
    ana, stranger = come_in(), come_in()
    return ana, stranger, SID.search(ana.open("/account/sessions").html)[1]


@mission("S83")
def test_it_ends_the_stranger_and_asks_for_a_new_password(app, strange):
    ana, stranger, sid = strange
    asked = ana.open(f"/account/sessions/not-me?sid={sid}")
    assert "A entrada que você não reconhece" in asked.text
    assert stranger.open("/account").name[0] == "account"

    after = ana.submit(asked, "not-me-form")

    assert after.name[0] == "new-password"
    assert stranger.open("/account").name[0] == "login"
    done = ana.submit(after, "new-password-form", new_password=NEW)
    assert "sua senha é nova" in done.text
    assert stranger.sign_in(stranger.open("/account"), ANA).status == 422
    with app.app_context():
        assert events.DEVICE_DISOWNED in [event for event, _ in persons.recorded()]
        disowned = [device.disowned_at for device in db.session.query(Device)]
        assert sorted(map(bool, disowned)) == [False, True]


@abuse("V-08")
def test_a_browser_that_was_found_open_cannot_do_so(strange, held_clock):
    ana, stranger, sid = strange
    token = ana.open("/account").forms["sign-out-form"]["fields"]["csrf_token"]
    held_clock.shift(301)

    asked = ana.open(f"/account/sessions/not-me?sid={sid}")
    posted = ana.client.post(
        "/account/sessions/not-me", data={"sid": sid, "csrf_token": token}, headers=ana.headers
    )

    assert asked.name[0] == "step-up"
    assert posted.status_code == 303
    assert stranger.open("/account").name[0] == "account"
    assert ana.submit(asked, "stepup-form", password=PASSWORD).name[0] == "not-me"


@pytest.mark.parametrize("sid", ["", "ses_x", "x" * 3000, "%F0%9F%98%80"])
def test_without_a_session_of_ones_own_it_protects_the_account_all_the_same(strange, sid):
    ana, stranger, _ = strange

    after = ana.submit(ana.open(f"/account/sessions/not-me?sid={sid}"), "not-me-form")

    assert after.name[0] == "new-password"
    assert stranger.open("/account").name[0] == "login"


def test_somebody_elses_session_is_not_shown(strange, come_in):
    _, _, sid = strange

    page = come_in("bia@exemplo.com.br").open(f"/account/sessions/not-me?sid={sid}")

    assert "A entrada que você não reconhece" not in page.text
