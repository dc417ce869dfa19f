"""Browser sessions: cookies, presence, expiry."""

from http.cookies import SimpleCookie

import pytest
from sqlalchemy import select

from app.auth.audit import events
from app.auth.database import db
from app.auth.sessions import browser
from app.auth.sessions.models import Session
from app.foundation import clock, digests
from app.foundation.database import kept
from tests.auth import doors, persons
from tests.support.marks import abuse, asvs, rfc


@pytest.fixture
def app(auth_app):
    with auth_app.app_context():
        persons.open_account(name="Ana Souza")
    return doors.open_all(auth_app)


@pytest.fixture
def ana(app):
    return app.test_client()


def cookie(answer, name="session_3000"):
    found = [SimpleCookie(line).get(name) for line in answer.headers.getlist("Set-Cookie")]
    return next((morsel for morsel in found if morsel), None)


def here(client):
    return client.get("/t/here").json["here"]


def row(app):
    with app.app_context():
        return db.session.scalars(select(Session)).one()


def test_nobody_is_here_at_first(ana):
    assert here(ana) is None


def test_who_came_in_is_here(app, ana):
    answer = ana.get("/t/open")

    assert answer.json == {"sid": row(app).id, "same": True, "name": "Ana Souza"}
    told = here(ana)
    assert told["session_id"] == answer.json["sid"]
    level = browser.assurance.ONE_FACTOR
    assert (told["name"], told["amr"], told["acr"]) == ("Ana Souza", "pwd", level)
    assert told["must_change_password"] is False


@asvs("16.3.1")
def test_coming_in_is_recorded(app, ana):
    sid = ana.get("/t/open").json["sid"]

    with app.app_context():
        assert persons.recorded()[-1] == (events.SESSION_OPENED, sid)


@abuse("B-06")
def test_the_cookie_on_loopback_http_has_a_plain_name_with_the_port(ana):
    morsel = cookie(ana.get("/t/open"))

    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Lax", "/")
    assert not morsel["secure"]
    assert not morsel["domain"]
    assert not morsel["max-age"]


@asvs("3.3.1", "3.3.2", "3.3.3", "3.3.4")
@rfc("6265bis", "4.1.3")
def test_the_cookie_over_https_is_a_host_cookie(create_house):
    app = create_house("auth", ISSUER="https://id.banco.example")
    with app.app_context():
        persons.open_account()
    browser_of_ana = doors.open_all(app).test_client()

    answer = browser_of_ana.get("/t/open", base_url="https://id.banco.example")

    morsel = cookie(answer, "__Host-session")
    assert (morsel["secure"], morsel["httponly"]) == (True, True)
    assert (morsel["samesite"], morsel["path"], morsel["domain"]) == ("Lax", "/", "")


def test_the_secret_is_kept_as_a_digest_only(app, ana):
    secret = cookie(ana.get("/t/open")).value

    assert row(app).secret_digest == digests.of(secret)


@asvs("7.2.1")
@pytest.mark.parametrize("value", ["", "x", "x" * 43, "x" * 500, "ses_1234", "%00", '"a"'])
def test_a_made_up_cookie_is_nobody(ana, value):
    ana.get("/t/open")
    ana.set_cookie("session_3000", value)

    assert here(ana) is None


def test_a_refused_answer_sets_no_cookie_and_keeps_no_session(app, ana):
    answer = ana.get("/t/open-and-fail")

    assert answer.status_code == 409
    assert cookie(answer) is None
    with app.app_context():
        assert db.session.scalars(select(Session)).all() == []


@asvs("1.3.3")
def test_device_and_address_are_kept_shortened_and_printable(app, ana):
    ana.get("/t/open", headers={"User-Agent": "a\x01b" + "x" * 999})

    session = row(app)
    assert session.user_agent == ("ab" + "x" * 398)
    assert session.address == "127.0.0.1"
    assert session.method == "password"


@asvs("7.3.1")
def test_a_session_ends_after_half_an_hour_without_a_request(ana, held_clock):
    ana.get("/t/open")
    held_clock.shift(1799)
    assert here(ana)
    held_clock.shift(1799)
    assert here(ana)

    held_clock.shift(1800)

    assert here(ana) is None


@asvs("7.3.2")
def test_a_session_ends_after_twelve_hours_whatever_happens(ana, held_clock):
    ana.get("/t/open")
    for _ in range(12 * 60 // 15 - 1):
        held_clock.shift(900)
        assert here(ana)

    held_clock.shift(900)

    assert here(ana) is None


def test_last_seen_is_written_once_a_minute_at_most(app, ana, held_clock):
    ana.get("/t/open")
    opened = clock.now()
    held_clock.shift(59)
    here(ana)
    assert row(app).last_seen_at == opened

    held_clock.shift(1)
    here(ana)

    assert row(app).last_seen_at == clock.now()
    assert (row(app).expires_at - clock.now()).total_seconds() == 1800


@asvs("7.2.1")
def test_an_ended_session_is_nobody(app, ana):
    ana.get("/t/open")
    with app.app_context(), kept(db):
        db.session.scalars(select(Session)).one().ended_at = clock.now()

    assert here(ana) is None


@asvs("7.4.2")
@pytest.mark.parametrize("status", ["locked", "closed"])
def test_who_is_locked_or_gone_is_not_here(app, ana, status):
    ana.get("/t/open")
    with app.app_context(), kept(db):
        persons.found("ana@example.com").status = status

    assert here(ana) is None


@asvs("7.2.2")
@abuse("L-10")
def test_renewing_keeps_the_session_and_changes_its_secret(app, ana, held_clock):
    before = ana.get("/t/open")
    held_clock.shift(60)

    answer = ana.get(f"/t/renew?sid={before.json['sid']}&amr=pwd otp")

    assert answer.json["sid"] == before.json["sid"]
    assert cookie(answer).value != cookie(before).value
    assert here(ana)["acr"] == browser.assurance.TWO_FACTORS
    assert row(app).auth_time == clock.now()
    ana.set_cookie("session_3000", cookie(before).value)
    assert here(ana) is None


def test_only_this_browsers_own_session_is_renewed(app, ana):
    mine = ana.get("/t/open").json["sid"]
    stranger = app.test_client()
    theirs = stranger.get("/t/open").json["sid"]

    assert stranger.get(f"/t/renew?sid={mine}").json["sid"] is None
    assert app.test_client().get(f"/t/renew?sid={mine}").json["sid"] is None
    assert stranger.get(f"/t/renew?sid={theirs}").json["sid"] == theirs


def test_a_browser_that_forgets_loses_its_cookie(ana):
    ana.get("/t/open")

    answer = ana.get("/t/forget")

    assert answer.json == {"here": None}
    assert (cookie(answer).value, cookie(answer)["max-age"]) == ("", "0")
    assert ana.get_cookie("session_3000") is None


@pytest.mark.parametrize("status", [200, 422])
def test_a_browser_has_one_lasting_id_that_says_nothing_of_who_is_here(ana, status):
    answer = ana.get(f"/t/browser?status={status}")

    morsel = cookie(answer, "browser_3000")
    assert answer.json["id"] == answer.json["again"] == morsel.value
    assert (morsel["httponly"], morsel["samesite"]) == (True, "Lax")
    assert int(morsel["max-age"]) == browser.BROWSER_SECONDS
    ana.get("/t/open")
    assert ana.get("/t/browser").json["id"] == morsel.value


def test_a_made_up_browser_id_is_replaced(ana):
    ana.set_cookie("browser_3000", "chosen by somebody else")

    assert len(ana.get("/t/browser").json["id"]) == 43
