"""What signing in costs: one floor of time, no connection while waiting, turns at the hash."""

import time

import bcrypt
import pytest
from sqlalchemy import func, select

from app.auth.accounts import passwords
from app.auth.accounts.models import LoginTries
from app.auth.database import db
from app.foundation.database import kept
from app.foundation.turns import Turns
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


def sign_in(client, username="ana@example.com", password=persons.PASSWORD, address="127.0.0.1"):
    form = {"username": username, "password": password}
    return client.post("/t/sign-in", data=form, environ_base={"REMOTE_ADDR": address})


@abuse("L-01")
@mission("C6")
def test_every_answer_waits_for_the_floor_of_time(create_app):
    app = create_app(LOGIN_FLOOR_MS=120, LOGIN_ATTEMPTS=50)
    with app.app_context(), kept(db):
        imported = persons.found("ana@example.com")
        imported.password_hash = bcrypt.hashpw(b"imported", bcrypt.gensalt(9)).decode()
    ana = app.test_client()
    took = {}
    for username, password in {
        ("ana@example.com", WRONG),
        ("nobody@example.com", WRONG),
        ("", WRONG),
        ("ana@example.com", "imported"),
    }:
        took[username, password] = min(timed(ana, username, password) for _ in range(5))

    assert min(took.values()) >= 0.12  # how much they differ: pages/test_same_time, at its size


def timed(client, username, password):
    begun = time.perf_counter()
    sign_in(client, username, password)
    return time.perf_counter() - begun


@asvs("15.4.4")
def test_no_connection_is_held_while_waiting(create_app):
    app = create_app(LOGIN_FLOOR_MS=300)
    held = []

    def look():
        time.sleep(0.15)
        with app.app_context():
            held.append(db.engine.pool.checkedout())

    at_once([look, lambda: sign_in(app.test_client(), password=WRONG)], 2)

    assert held == [0]


def test_a_try_that_finds_every_turn_taken_is_refused_at_once_and_not_counted(
    create_app, monkeypatch
):
    app = create_app(LOGIN_FLOOR_MS=2000, PASSWORD_QUEUE=1)
    monkeypatch.setattr(passwords, "_turns", Full())

    begun = time.perf_counter()
    answer = sign_in(app.test_client())

    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert time.perf_counter() - begun < 2
    with app.app_context():
        assert db.session.scalar(select(func.sum(LoginTries.tries))) == 0


class Full(Turns):
    """Every turn is taken, and as many wait as may."""

    def __init__(self):
        super().__init__(1)
        self._free.acquire()
        self._waiting = 1


@asvs("2.4.1")
@abuse("L-04")
def test_a_flood_of_sign_ins_is_told_at_once_to_come_back_and_counts_no_try(create_app):
    app = create_app(SIGN_INS_AT_ONCE=1, LOGIN_FLOOR_MS=500)
    answers = []
    at_once(lambda: answers.append(sign_in(app.test_client(), password=WRONG)), 8)

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses.count(503) >= 5
    assert set(statuses) <= {422, 503}
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert "account" not in refused.get_data(as_text=True)
