"""Signing in: counted, judged, timed, and the session it opens."""

import argon2
import bcrypt
import pytest
from sqlalchemy import select

from app.auth.audit import events
from app.auth.database import db
from app.auth.sessions.models import Session
from app.foundation.database import kept
from tests.auth import doors, persons
from tests.auth.crowds import at_once
from tests.support.marks import abuse, asvs, mission

WRONG = "not the password"


@pytest.fixture
def create_app(create_house):
    def create(**settings):
        app = create_house("auth", **settings)
        with app.app_context():
            persons.open_account(username="ana", cpf="12345678909")
        return doors.open_all(app)

    return create


@pytest.fixture
def app(create_app):
    return create_app()


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


@mission("S28", "S46")
@pytest.mark.parametrize("username", ["ana@example.com", "ANA", "123.456.789-09"])
def test_the_right_password_opens_a_session(app, username):
    ana = app.test_client()

    answer = sign_in(ana, username)

    assert answer.status_code == 200
    assert ana.get("/t/here").json["here"]["session_id"] == answer.json["sid"]
    assert recorded(app) == [events.SIGN_IN_SUCCEEDED, events.SESSION_OPENED]


@asvs("6.3.8", "16.3.1")
@abuse("L-01")
def test_no_such_person_and_wrong_password_are_told_in_the_same_bytes(app):
    with app.app_context():
        persons.open_account("locked@example.com")
        with kept(db):
            persons.found("locked@example.com").status = "locked"
    names = ["ana@example.com", "nobody@example.com", "locked@example.com", "", "ａna", "x" * 9999]

    answers = [sign_in(app.test_client(), name, WRONG) for name in names]

    told = {(answer.status_code, without_request_id(answer)) for answer in answers}
    assert len(told) == 1
    assert answers[0].status_code == 422
    assert set(recorded(app)[1:]) == {events.SIGN_IN_FAILED}
    assert sessions(app) == []


def without_request_id(answer):
    return answer.get_data(as_text=True).replace(answer.headers["X-Request-Id"], "")


@mission("S45")
@abuse("L-03")
def test_after_five_wrong_ones_even_the_right_one_is_paused(app, held_clock):
    ana = app.test_client()
    for _ in range(5):
        assert sign_in(ana, password=WRONG).status_code == 422

    paused = sign_in(ana)

    assert paused.status_code == 429
    assert paused.headers["Retry-After"] == "900"
    assert recorded(app) == [events.SIGN_IN_FAILED] * 5 + [events.SIGN_IN_LOCKED]
    held_clock.shift(900)
    assert sign_in(ana).status_code == 200


@abuse("L-01")
def test_nobodys_account_is_paused_in_the_same_words(app, held_clock):
    answers = []
    for username in ("ana@example.com", "nobody@example.com"):
        for _ in range(6):
            last = sign_in(app.test_client(), username, WRONG)
        answers.append((last.status_code, last.headers["Retry-After"], without_request_id(last)))

    assert answers[0] == answers[1]


@abuse("L-04", "L-06")
@mission("S45")
def test_of_sixty_parallel_guesses_five_are_judged(app):
    codes = []

    at_once(lambda: codes.append(sign_in(app.test_client(), password=WRONG).status_code), 60)

    assert codes.count(422) == 5
    assert codes.count(429) == 55


@mission("C21")
@abuse("L-09")
def test_the_owner_comes_in_while_a_stranger_guesses(app):
    owner, stranger = app.test_client(), app.test_client()
    assert sign_in(owner, address="203.0.113.7").status_code == 200
    for _ in range(6):
        refused = sign_in(stranger, password=WRONG, address="192.0.2.1")

    assert refused.status_code == 429
    assert sign_in(app.test_client(), address="203.0.113.7").status_code == 200


@mission("C21")
@abuse("L-09")
def test_the_owners_browser_comes_in_from_anywhere_while_a_stranger_guesses(app):
    owner, stranger = app.test_client(), app.test_client()
    owner.get("/t/browser")
    sign_in(owner, address="203.0.113.7")
    for _ in range(6):
        sign_in(stranger, password=WRONG, address="203.0.113.9")

    assert sign_in(app.test_client(), address="203.0.113.9").status_code == 429
    assert sign_in(owner, address="203.0.113.9").status_code == 200


@pytest.mark.parametrize("status", ["locked", "closed"])
def test_who_is_locked_is_told_so_after_the_right_password_alone(app, status):
    with app.app_context(), kept(db):
        persons.found("ana@example.com").status = status

    assert sign_in(app.test_client(), password=WRONG).status_code == 422
    blocked = sign_in(app.test_client())

    assert blocked.status_code == 403
    assert sessions(app) == []


@mission("S96", "C6")
def test_an_imported_hash_becomes_argon2id_at_the_first_sign_in(app):
    imported = bcrypt.hashpw(b"imported one", bcrypt.gensalt(4)).decode()
    with app.app_context(), kept(db):
        persons.found("ana@example.com").password_hash = imported

    assert sign_in(app.test_client(), password=WRONG).status_code == 422
    assert stored_hash(app) == imported
    assert sign_in(app.test_client(), password="imported one").status_code == 200
    assert stored_hash(app).startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert sign_in(app.test_client(), password="imported one").status_code == 200


def test_a_weaker_hash_becomes_one_of_todays(create_app):
    app = create_app(PASSWORD_MEMORY_KIB=16)
    with app.app_context(), kept(db):
        weak = argon2.PasswordHasher(1, 8, 1).hash(persons.PASSWORD)
        persons.found("ana@example.com").password_hash = weak

    sign_in(app.test_client())

    assert "m=16," in stored_hash(app)


def stored_hash(app):
    with app.app_context():
        return persons.found("ana@example.com").password_hash
