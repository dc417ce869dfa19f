"""Guesses at a short code: counted apart from passwords, by browser, account and address."""

import pytest
from sqlalchemy import select

from app.auth.accounts import guesses, lockout
from app.auth.accounts.models import LoginTries
from app.auth.database import db
from tests.auth import persons
from tests.auth.crowds import at_once

HOME, AWAY = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def few(create_house):
    """A server on which an address may be wrong seven times; a context is open."""
    with create_house("auth", LOGIN_ADDRESS_ATTEMPTS=7).app_context():
        yield


def guess(times=1, *, address=HOME, browser="b", user_id=None, purpose="user_code"):
    """Guess so often; return how many were counted before the pause."""
    for number in range(times):
        try:
            guesses.count(purpose, address, browser=browser, user_id=user_id)
        except guesses.Paused:
            return number
    return times


def test_a_browser_has_five(few, held_clock):
    assert guess(9) == 5

    with pytest.raises(guesses.Paused) as pause:
        guesses.count("user_code", HOME, browser="b")

    assert (pause.value.status, pause.value.key) == (429, "device.limited")
    assert pause.value.retry_after == 900


def test_an_account_has_five_in_whatever_browser(few, held_clock):
    assert [guess(browser=f"b{n}", address=f"198.51.100.{n}", user_id=1) for n in range(6)] == (
        [1] * 5 + [0]
    )
    assert guess(browser="b9", address="192.0.2.1", user_id=2) == 1


def test_an_address_has_as_many_as_the_setting_says(few, held_clock):
    assert [guess(browser=f"b{n}") for n in range(8)] == [1] * 7 + [0]
    assert guess(browser="b9", address=AWAY) == 1


def test_each_purpose_and_the_passwords_have_budgets_of_their_own(few, held_clock):
    ana = persons.open_account()
    assert guess(6, browser="browser", user_id=ana.id) == 5

    assert guess(5, browser="browser", purpose="voucher") == 5
    for _ in range(5):
        lockout.count(ana, "ana@example.com", HOME, device="browser")


def test_a_guess_that_was_paused_counts_nowhere(few, held_clock):
    guess(5, browser="one")
    before = sorted(db.session.scalars(select(LoginTries.tries)))
    db.session.rollback()

    guess(3, browser="one")

    assert sorted(db.session.scalars(select(LoginTries.tries))) == before


def test_a_right_one_is_given_back_and_clears_nothing(few, held_clock):
    guess(4)
    guesses.give_back(guesses.count("user_code", HOME, browser="b"))

    assert guess(9) == 1


def test_of_many_at_once_five_are_judged(create_house):
    app = create_house("auth")
    judged = []

    def one():
        with app.app_context():
            judged.extend([1] * guess())

    at_once(one, 20)

    assert len(judged) == 5


def test_the_table_names_nobody(few):
    guess(address=HOME, browser="the-browsers-own-id", user_id=77)

    keys = b"".join(db.session.scalars(select(LoginTries.key)))
    assert b"the-browsers-own-id" not in keys
    assert HOME.encode() not in keys
