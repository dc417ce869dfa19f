"""Tries at a password: counted before they are judged, paused at the limit."""

import pytest
from sqlalchemy import select

from app.auth.accounts import lockout
from app.auth.accounts.models import LoginTries
from app.auth.database import db
from app.foundation import clock
from tests.auth import persons
from tests.auth.crowds import at_once
from tests.support.marks import abuse, asvs, mission

HOME, OFFICE, AWAY = "203.0.113.7", "198.51.100.9", "192.0.2.77"


@pytest.fixture
def ana(auth_context):
    return persons.open_account()


def knock(user, address=HOME, *, device=None):
    return lockout.count(user, "ana@example.com", address, device=device)


def counts():
    db.session.rollback()
    return sorted(db.session.scalars(select(LoginTries.tries)))


def paused(user, address=HOME, *, device=None):
    with pytest.raises(lockout.Paused) as pause:
        knock(user, address, device=device)
    return pause.value


@mission("S45")
@abuse("L-03")
def test_the_sixth_try_in_the_window_is_paused(ana, held_clock):
    tries = [knock(ana) for _ in range(5)]

    pause = paused(ana)

    assert [tried.last for tried in tries] == [False] * 4 + [True]
    assert (pause.status, pause.key, pause.retry_after) == (429, "login.limited", 900)
    assert (pause.until - clock.now()).total_seconds() == 900


@abuse("L-09")
def test_a_pause_ends_by_itself_and_is_not_prolonged_by_knocking(ana, held_clock):
    for _ in range(5):
        knock(ana)
    for _ in range(14):
        held_clock.shift(60)
        paused(ana)

    held_clock.shift(60)

    assert not knock(ana).last


@asvs("6.3.1")
@mission("S45")
def test_never_more_than_five_in_any_fifteen_minutes(ana, held_clock):
    judged = []
    for _ in range(300):
        held_clock.shift(30)
        try:
            knock(ana)
            judged.append(clock.now())
        except lockout.Paused:
            continue

    spans = [
        (late - early).total_seconds() for early, late in zip(judged, judged[5:], strict=False)
    ]
    assert len(judged) > 10
    assert min(spans) >= 900


@abuse("L-01")
def test_nobody_is_paused_just_as_somebody_is(ana, held_clock):
    somebody = [knock(ana).last for _ in range(5)]
    nobody = [lockout.count(None, "bia@example.com", AWAY).last for _ in range(5)]

    assert somebody == nobody
    with pytest.raises(lockout.Paused) as told:
        lockout.count(None, " BIA@example.com", AWAY)
    assert vars(told.value) == vars(paused(ana))


@abuse("L-06")
def test_a_count_survives_the_rollback_of_its_request(ana):
    knock(ana)
    db.session.rollback()

    assert counts() == [1, 1, 1]


def test_a_try_is_not_counted_while_the_request_has_writes_pending(ana):
    ana.locale = "en"

    with pytest.raises(RuntimeError):
        knock(ana)


@asvs("15.4.2")
@abuse("L-04")
@mission("S45")
def test_of_sixty_parallel_tries_five_are_judged(auth_app):
    with auth_app.app_context():
        ana = persons.open_account()
    judged = []

    def one():
        with auth_app.app_context():
            try:
                knock(ana)
            except lockout.Paused:
                return
            judged.append(1)

    at_once(one, 60)

    assert len(judged) == 5


@mission("C21")
@abuse("L-09")
def test_a_stranger_elsewhere_does_not_lock_the_owners_network(ana):
    lockout.clear(knock(ana, HOME))
    for octet in range(30):
        burn(ana, f"192.0.{octet}.1")

    paused(ana, AWAY)
    assert knock(ana, HOME)


@mission("C21")
@abuse("L-09")
def test_a_stranger_in_the_same_network_does_not_lock_the_owners_browser(ana):
    lockout.clear(knock(ana, HOME, device="the owner's"))
    burn(ana, HOME)

    paused(ana, HOME, device="another")
    assert knock(ana, HOME, device="the owner's")


def test_the_owners_browser_has_five_tries_too(ana):
    lockout.clear(knock(ana, HOME, device="the owner's"))
    for _ in range(5):
        knock(ana, OFFICE, device="the owner's")

    paused(ana, OFFICE, device="the owner's")


@mission("C21")
def test_many_networks_together_are_limited_by_account(create_house):
    with create_house("auth", LOGIN_ACCOUNT_ATTEMPTS=12).app_context():
        ana = persons.open_account()
        for octet in range(12):
            knock(ana, f"192.0.{octet}.1")

        paused(ana, AWAY)


@asvs("6.3.1")
@mission("C21")
def test_one_address_at_many_accounts_is_limited_and_its_neighbours_are_not(create_house):
    with create_house("auth", LOGIN_ADDRESS_ATTEMPTS=7).app_context():
        for number in range(7):
            lockout.count(None, f"person{number}", HOME)

        with pytest.raises(lockout.Paused):
            lockout.count(None, "person7", HOME)
        assert lockout.count(None, "person7", "203.0.113.8")


@mission("C21")
def test_who_is_known_at_an_office_is_not_blocked_by_its_address(create_house):
    with create_house("auth", LOGIN_ADDRESS_ATTEMPTS=7).app_context():
        ana = persons.open_account()
        lockout.clear(knock(ana, OFFICE))
        for number in range(7):
            lockout.count(None, f"person{number}", OFFICE)

        assert knock(ana, OFFICE)


def test_a_right_answer_gives_the_try_back_and_clears_the_account(ana):
    for _ in range(3):
        knock(ana)
    lockout.clear(knock(ana))

    assert counts() == [0, 3]  # the network; the address keeps the three wrong ones
    assert [knock(ana).last for _ in range(5)] == [False] * 4 + [True]


def test_a_try_that_was_never_judged_does_not_count(ana):
    lockout.give_back(knock(ana))

    assert counts() == [0, 0, 0]


def test_a_network_is_forgotten_after_a_while(ana, held_clock):
    lockout.clear(knock(ana, HOME))
    held_clock.shift(91 * 86400)
    for octet in range(10):
        burn(ana, f"192.0.{octet}.1")

    paused(ana, HOME)


def burn(user, address):
    for _ in range(5):
        try:
            knock(user, address)
        except lockout.Paused:
            return
