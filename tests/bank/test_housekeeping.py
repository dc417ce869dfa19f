"""Housekeeping: what is long over goes; what moved, and why it might, stays."""

from datetime import timedelta

from app.bank import housekeeping
from tests.bank.atm.cash import Cash
from tests.support.marks import abuse


def keep_house(bank):
    with bank.app.app_context():
        return housekeeping.run()


@abuse("F-07")
def test_an_answer_is_repeated_for_thirty_days(held_clock, bank):
    maria, joana = bank.person(money=1_000), bank.person(money=1)
    first = bank.transfer(maria, joana, 100, key="monday")

    held_clock.shift(timedelta(days=30))
    assert keep_house(bank).keys() <= {"bank_notices"}
    again = bank.transfer(maria, joana, 100, key="monday")
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"

    held_clock.shift(1)
    assert keep_house(bank) == {"bank_idempotency_keys": 1}
    assert bank.available(joana) == 101
    assert bank.adds_up()


def test_what_left_in_a_day_is_known_for_two_months(held_clock, bank):
    maria, joana = bank.person(money=1_000), bank.person(money=1)
    bank.transfer(maria, joana, 100)
    keep_house(bank)

    held_clock.shift(timedelta(days=62))
    assert "wallet_spending" not in keep_house(bank)
    held_clock.shift(timedelta(days=2))

    assert keep_house(bank)["wallet_spending"] == 1


def test_tries_at_vouchers_are_forgotten_when_they_count_no_more(held_clock, bank):
    cash = Cash(bank)
    cash.terminal()
    cash.validate("00000000")
    assert keep_house(bank) == {}

    held_clock.shift(bank.app.config["ATM_TRIES_SECONDS"] + 1)

    assert keep_house(bank) == {"atm_voucher_tries": 2}


def test_challenges_are_forgotten_when_they_count_no_more(held_clock, bank):
    maria, joana = bank.person(money=200_000), bank.person(money=1)
    assert bank.transfer(maria, joana, 125_000).status_code == 401
    assert keep_house(bank) == {}

    held_clock.shift(bank.app.config["STEP_UP_CHALLENGES_SECONDS"] + 1)

    assert keep_house(bank) == {"bank_challenges": 1}
