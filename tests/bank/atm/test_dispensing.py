"""What became of the cash: reported once, given back once, and never by itself."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bank.atm.cash import NETWORK, OTHER, code
from tests.support.marks import abuse, mission


@pytest.fixture
def dispense(cash, maria):
    """Cash that a machine is paying out: the id of it."""
    return cash.validate(cash.voucher(maria, 10_000)["code"]).json["dispenseId"]


def reversals(cash):
    return cash.bank.rows("SELECT id FROM wallet_entries WHERE kind = 'reversal'")


@mission("S110", "C28")
def test_what_was_paid_out_stays_paid(cash, maria, dispense):
    first, again = (cash.dispense(dispense, "dispensed") for _ in range(2))

    assert first.status_code == 200
    assert first.json == again.json
    assert first.json["state"] == "dispensed"
    assert cash.stands(maria) == (40_000, 0)
    told = cash.show(maria, first.json["withdrawalId"]).json
    assert (told["state"], told["terminal"]["place"]) == ("dispensed", "Av. Paulista, 1000")


@mission("S110", "C28")
def test_what_was_not_paid_out_goes_back_once(cash, maria, dispense):
    first, again = (cash.dispense(dispense, "failed") for _ in range(2))

    assert (first.json, first.json["state"]) == (again.json, "reversed")
    assert (cash.stands(maria), cash.drawer()) == ((50_000, 0), 0)
    assert len(reversals(cash)) == 1
    assert cash.bank.adds_up()


def test_the_other_outcome_comes_too_late(cash, maria, dispense):
    cash.dispense(dispense, "dispensed")

    assert code(cash.dispense(dispense, "failed")) == (409, "already_settled")
    assert cash.stands(maria) == (40_000, 0)


@mission("C28")
def test_of_many_reports_at_once_one_moves_money(busy):
    maria = busy.bank.person(money=50_000)
    made = busy.validate(busy.voucher(maria, 10_000)["code"]).json["dispenseId"]

    with ThreadPoolExecutor(20) as pool:
        outcomes = ["failed", "dispensed"] * 10
        answers = list(pool.map(lambda outcome: busy.dispense(made, outcome), outcomes))

    told = {answer.json["state"] for answer in answers if answer.status_code == 200}
    assert [answer.status_code for answer in answers].count(200) == 10
    assert len(told) == 1
    back = 10_000 if told == {"reversed"} else 0
    assert busy.stands(maria) == (40_000 + back, 0)
    assert len(reversals(busy)) == (1 if back else 0)
    assert busy.bank.adds_up()


@pytest.mark.parametrize(
    ("terminal", "client_id", "expected"),
    [
        ("ATM-2", NETWORK, (404, "not_found")),
        ("ATM-1", OTHER, (401, "unknown_terminal")),
        ("ATM-9", NETWORK, (401, "unknown_terminal")),
    ],
)
def test_only_the_terminal_that_pays_reports(cash, maria, dispense, terminal, client_id, expected):
    cash.terminal("ATM-2")

    assert code(cash.dispense(dispense, "failed", terminal, client_id=client_id)) == expected
    assert cash.stands(maria) == (40_000, 0)


@abuse("F-03")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"outcome": "done"}, "outcome"),
        ({"outcome": None}, "outcome"),
        ({"dispenseId": 1}, "dispenseId"),
        ({"terminalId": "ATM 1"}, "terminalId"),
        ({"amount": 1}, "amount"),
    ],
)
def test_a_report_of_another_shape_is_refused(cash, body, field):
    told = {"dispenseId": "dsp_1", "terminalId": "ATM-1", "outcome": "failed"} | body

    answer = cash.machine("/atm/dispense", told)

    assert code(answer) == (400, "invalid_request")
    assert [one["field"] for one in answer.json["errors"]] == [field]


@mission("C28")
def test_what_nobody_reports_is_the_operators_to_settle(held_clock, cash, maria, dispense):
    held_clock.shift(299)
    assert cash.run("dispenses", "list") == []
    assert [row["dispense"] for row in cash.run("dispenses", "list", "--all")] == [dispense]

    held_clock.shift(1)

    (row,) = cash.run("dispenses", "list")
    assert (row["dispense"], row["terminal"], row["amount"]) == (dispense, "ATM-1", 10_000)
    assert cash.stands(maria) == (40_000, 0)
    (settled,) = cash.run("dispenses", "settle", dispense, "failed")
    assert settled["state"] == "reversed"
    assert cash.stands(maria) == (50_000, 0)
    assert cash.run("dispenses", "list") == []
    assert code(cash.dispense(dispense, "dispensed")) == (409, "already_settled")


def test_a_frozen_wallet_takes_its_money_back(cash, maria, dispense):
    cash.run("wallets", "freeze", maria)

    assert cash.dispense(dispense, "failed").status_code == 200
    cash.run("wallets", "thaw", maria)
    assert cash.stands(maria) == (50_000, 0)


def test_every_step_is_in_the_record(cash, maria, dispense):
    cash.dispense(dispense, "failed")

    found = cash.bank.rows(
        "SELECT event, actor FROM bank_records WHERE event LIKE 'atm:%' ORDER BY seq"
    )
    assert found == [
        ("atm:terminal:added", "operator"),
        ("atm:withdrawal:requested", maria),
        ("atm:withdrawal:validated", NETWORK),
        ("atm:withdrawal:reversed", NETWORK),
    ]
