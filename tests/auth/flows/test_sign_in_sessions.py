"""The session that signing in opens, renews or replaces."""

import pytest
from sqlalchemy import select

from app.auth.audit import events
from app.auth.database import db
from app.auth.sessions.models import Session
from tests.auth import doors, persons
from tests.support.marks import abuse, asvs

WRONG = "not the password"


@pytest.fixture
def app(auth_app):
    with auth_app.app_context():
        persons.open_account()
    return doors.open_all(auth_app)


def sign_in(client, username="ana@example.com", password=persons.PASSWORD, address="127.0.0.1"):
    form = {"username": username, "password": password}
    return client.post("/t/sign-in", data=form, environ_base={"REMOTE_ADDR": address})


def sessions(app):
    with app.app_context():
        query = select(Session.id, Session.end_reason).order_by(Session.created_at)
        return [tuple(row) for row in db.session.execute(query)]


def recorded(app):
    with app.app_context():
        return [event for event, _ in persons.recorded()][1:]


@asvs("7.2.4")
@abuse("L-10")
def test_the_cookie_known_before_signing_in_is_nobody_after(app):
    ana = app.test_client()
    sign_in(ana)
    planted = ana.get_cookie("session_3000").value

    again = sign_in(ana)

    assert ana.get_cookie("session_3000").value != planted
    thief = app.test_client()
    thief.set_cookie("session_3000", planted)
    assert thief.get("/t/here").json["here"] is None
    assert again.status_code == 200


@abuse("L-10")
def test_a_cookie_chosen_by_a_stranger_is_never_taken_over(app):
    ana = app.test_client()
    ana.set_cookie("session_3000", "s" * 43)

    sign_in(ana)

    assert ana.get_cookie("session_3000").value != "s" * 43


def test_the_same_person_keeps_their_session(app, held_clock):
    ana = app.test_client()
    first = sign_in(ana).json["sid"]
    held_clock.shift(60)

    assert sign_in(ana).json["sid"] == first
    assert sessions(app) == [(first, None)]
    assert recorded(app)[-2:] == [events.SIGN_IN_SUCCEEDED, events.SESSION_RENEWED]


def test_another_persons_session_on_this_browser_ends(app):
    with app.app_context():
        persons.open_account("bia@example.com")
    shared = app.test_client()
    first = sign_in(shared).json["sid"]

    second = sign_in(shared, "bia@example.com").json["sid"]

    assert dict(sessions(app)) == {first: "replaced", second: None}


def test_a_refusal_leaves_the_session_that_is_here(app):
    ana = app.test_client()
    sid = sign_in(ana).json["sid"]

    sign_in(ana, "nobody@example.com", WRONG)

    assert ana.get("/t/here").json["here"]["session_id"] == sid
