"""What was not paid out in time: let go once, whoever else wants it at that moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from app.bank.atm import expiry
from tests.bank.approving import approved
from tests.bank.atm.cash import Cash, code
from tests.support.marks import abuse, mission


def end_due(cash):
    with cash.bank.app.app_context():
        return expiry.run_once()


@abuse("F-20")
@mission("C28")
def test_at_its_end_the_money_is_let_go_once(held_clock, cash, maria):
    cash.voucher(maria, 10_000)

    held_clock.shift(299)
    assert end_due(cash) == {}
    assert cash.stands(maria) == (40_000, 10_000)
    held_clock.shift(1)

    assert [end_due(cash), end_due(cash)] == [{"withdrawals_expired": 1}, {}]
    assert cash.stands(maria) == (50_000, 0)
    assert cash.states() == ["expired"]
    assert cash.bank.adds_up()


def test_the_worker_ends_what_is_due(held_clock, cash, maria):
    cash.voucher(maria, 10_000)
    held_clock.shift(300)

    cash.bank.app.test_cli_runner().invoke(args=["worker", "--once"])

    assert cash.states() == ["expired"]


@abuse("F-20")
def test_who_looks_at_it_sees_it_ended_already(held_clock, cash, maria):
    made = cash.voucher(maria, 10_000)
    held_clock.shift(300)

    assert cash.show(maria, made["withdrawalId"]).json["state"] == "expired"
    assert cash.stands(maria) == (50_000, 0)
    assert code(cash.cancel(maria, made["withdrawalId"])) == (409, "withdrawal_over")


def test_the_next_order_finds_the_money_of_the_one_before(held_clock, cash, maria):
    cash.voucher(maria, 50_000)
    held_clock.shift(300)

    cash.voucher(maria, 50_000)

    assert cash.stands(maria) == (0, 50_000)
    assert cash.states() == ["expired", "requested"]


@abuse("F-20")
def test_what_was_paid_out_does_not_expire(held_clock, cash, maria):
    cash.validate(cash.voucher(maria, 10_000)["code"])
    held_clock.shift(300)

    assert end_due(cash) == {}
    assert cash.stands(maria) == (40_000, 0)


@abuse("F-20")
@mission("C28")
@pytest.mark.parametrize("seconds", [299, 300])
def test_at_the_same_moment_one_of_them_has_it(busy, seconds):
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as held:
        people = [busy.bank.person(money=10_000) for _ in range(4)]
        made = {sub: busy.voucher(sub, 10_000) for sub in people}
        held.shift(seconds)

        def act(number):
            sub = people[number % 4]
            if number % 3 == 0:
                return end_due(busy)
            if number % 3 == 1:
                return busy.cancel(sub, made[sub]["withdrawalId"]).status_code
            return busy.validate(made[sub]["code"]).status_code

        with ThreadPoolExecutor(24) as pool:
            list(pool.map(act, range(48)))

        held_of = [busy.stands(sub) for sub in people]

    assert all(held == 0 for _, held in held_of)
    left = sum(available for available, _ in held_of)
    assert left + busy.drawer() == 40_000
    assert busy.drawer() == 10_000 * busy.states().count("validated")
    if seconds == 300:
        assert busy.states() == ["expired"] * 4
    assert busy.bank.adds_up()


@abuse("F-04", "F-10")
@mission("S110")
def test_spent_at_once_in_every_way_a_wallet_is_never_below_nothing(open_bank):
    everything = dict.fromkeys(("STEP_UP_FROM_MINOR", "STEP_UP_CUMULATIVE_MINOR"), 10**13)
    cash = Cash(open_bank(DATABASE_POOL_SIZE=25, STEP_UP_CUMULATIVE_COUNT=10**6, **everything))
    cash.terminal()
    maria, joana = cash.bank.person(money=50_000), cash.bank.person(money=1)
    shown = [approved(cash.order(maria, 20_000)) for _ in range(10)]

    def spend(number):
        if number % 2:
            return cash.bank.transfer(maria, joana, 15_000).status_code
        ordered = cash.order(maria, 20_000, **shown[number // 2])
        if ordered.status_code == 201:
            return cash.validate(ordered.json["code"]).status_code
        return ordered.status_code

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(spend, range(20)))

    available, held = cash.stands(maria)
    assert (available >= 0, held) == (True, 0)
    assert available + cash.drawer() + cash.bank.available(joana) == 50_001
    assert set(answers) <= {200, 201, 409, 422}
    assert cash.bank.adds_up()
