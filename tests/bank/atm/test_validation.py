"""Vouchers at terminals: one is paid out once, where and for what it was ordered."""

from concurrent.futures import ThreadPoolExecutor
from functools import partialmethod
from itertools import count

import pytest

from app.foundation.hot import Hot
from tests.bank.atm.cash import NETWORK, OTHER, Cash, code
from tests.support.marks import abuse, asvs, mission


def paid(cash, maria):
    return cash.stands(maria), cash.drawer()


@mission("S108", "C28", "A13-15")
@pytest.mark.parametrize("by", ["code", "qr"])
def test_a_voucher_is_paid_out_typed_or_scanned(cash, maria, by):
    made = cash.voucher(maria, 10_000)
    token = made["code"] if by == "code" else made["qr"]["payload"]

    answer = cash.validate(token)

    told = answer.json
    assert answer.status_code == 200
    assert told.pop("dispenseId").startswith("dsp_")
    assert told == {
        "authorized": True,
        "amount": 10_000,
        "currency": "BRL",
        "withdrawalId": made["withdrawalId"],
    }
    assert paid(cash, maria) == ((40_000, 0), 10_000)
    assert cash.bank.adds_up()


def test_spaces_between_the_digits_are_nothing(cash, maria):
    made = cash.voucher(maria)["code"]

    assert cash.validate(f" {made[:4]} {made[4:]}").status_code == 200


@pytest.mark.parametrize(
    ("channel", "cost"),
    [("atm", ["run", "first", "run"]), ("agent", ["run", "first", "within"])],
)
def test_it_costs_the_try_a_look_and_one_statement(cash, maria, monkeypatch, channel, cost):
    cash.terminal("AT", kind=channel)
    made, asked = cash.voucher(maria, channel=channel), []
    for verb in ("run", "first", "within"):
        plain = getattr(Hot, verb)
        noted = partialmethod(_noted, asked, verb, plain)
        monkeypatch.setattr(Hot, verb, noted)

    assert cash.validate(made["code"], "AT").status_code == 200
    assert asked == cost


def _noted(hot, asked, verb, plain, *given, **values):
    asked.append(verb)
    return plain(hot, *given, **values)


@abuse("F-10")
@mission("S108", "S110", "C28")
def test_it_is_paid_out_once(cash, maria):
    made = cash.voucher(maria, 10_000)

    assert cash.validate(made["code"]).status_code == 200
    for token in (made["code"], made["qr"]["payload"]):
        assert code(cash.validate(token)) == (409, "already_used")
    assert paid(cash, maria) == ((40_000, 0), 10_000)


@asvs("2.3.4")
@abuse("F-10")
@mission("C28")
@pytest.mark.parametrize("database_kind", ["postgresql", "sqlite"], indirect=True)
def test_of_a_hundred_terminals_at_once_one_pays(busy, database_kind):
    maria = busy.bank.person(money=50_000)
    terminals = [busy.terminal(f"T-{n}") for n in range(10)]
    made = busy.voucher(maria, 10_000)
    many = 100 if database_kind == "postgresql" else 20

    def show(number):
        token = made["code"] if number % 2 else made["qr"]["payload"]
        return busy.validate(token, terminals[number % len(terminals)])

    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(show, range(many)))

    outcomes = [answer.status_code for answer in answers]
    assert (outcomes.count(200), outcomes.count(409)) == (1, many - 1)
    assert busy.stands(maria) == (40_000, 0)
    assert sum(busy.drawer(terminal) for terminal in terminals) == 10_000
    assert busy.bank.adds_up()


@abuse("F-10")
def test_who_lost_the_answer_asks_again_with_the_same_key(cash, maria):
    made = cash.voucher(maria)
    cash.terminal("ATM-2")

    first = cash.validate(made["code"], key="one")
    again = cash.validate(made["code"], key="one")

    assert (first.json, again.headers["Idempotency-Replayed"]) == (again.json, "true")
    assert "Idempotency-Replayed" not in first.headers
    assert code(cash.validate(made["code"], key="two")) == (409, "already_used")
    assert code(cash.validate(made["code"], "ATM-2", key="one")) == (409, "already_used")
    assert paid(cash, maria) == ((40_000, 0), 10_000)


@abuse("F-10")
@mission("S110", "C28")
@pytest.mark.parametrize("by", ["terminal", "operator"])
@pytest.mark.parametrize(("outcome", "left"), [("failed", 50_000), ("dispensed", 40_000)])
def test_once_its_cash_is_settled_no_answer_is_repeated(cash, maria, by, outcome, left):
    made = cash.voucher(maria, 10_000)
    dispense = cash.validate(made["code"], key="one").json["dispenseId"]
    if by == "terminal":
        cash.dispense(dispense, outcome)
    else:
        cash.run("dispenses", "settle", dispense, outcome)

    again = cash.validate(made["code"], key="one")

    assert code(again) == (409, "already_used")
    assert paid(cash, maria) == ((left, 0), 50_000 - left)


@mission("S108", "S110")
@pytest.mark.parametrize(
    ("terminal", "client_id"), [("ATM-9", NETWORK), ("ATM-1", OTHER), ("ATM-2", NETWORK)]
)
def test_a_terminal_must_be_the_clients_own_and_in_service(cash, maria, terminal, client_id):
    cash.terminal("ATM-2")
    cash.run("terminals", "disable", "ATM-2")
    made = cash.voucher(maria)["code"]

    answer = cash.validate(made, terminal, client_id=client_id)

    assert code(answer) == (401, "unknown_terminal")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer resource_metadata=")
    assert paid(cash, maria) == ((40_000, 10_000), 0)


@mission("S108", "S110")
def test_another_amount_than_ordered_pays_nothing(cash, maria):
    made = cash.voucher(maria, 10_000)["code"]

    assert code(cash.validate(made, amount=20_000)) == (422, "wrong_amount")
    assert paid(cash, maria) == ((40_000, 10_000), 0)
    assert cash.validate(made, amount=10_000).status_code == 200


def test_a_voucher_for_a_machine_is_none_at_an_agents(cash, maria):
    cash.terminal("AGENT-1", kind="agent")
    made = cash.voucher(maria, channel="atm")["code"]

    answer = cash.validate(made, "AGENT-1")

    assert answer.json | {"trace_id": 0} == cash.validate("00000000").json | {"trace_id": 0}
    assert code(answer) == (404, "unknown_voucher")


@abuse("F-20")
@mission("S110", "C28")
def test_a_second_before_its_end_it_is_good(held_clock, cash, maria):
    made = cash.voucher(maria)["code"]

    held_clock.shift(299)

    assert cash.validate(made).status_code == 200


@abuse("F-20")
@mission("S110", "C28")
def test_at_its_end_it_is_over(held_clock, cash, maria):
    made = cash.voucher(maria)["code"]

    held_clock.shift(300)

    assert code(cash.validate(made)) == (410, "expired")
    assert cash.drawer() == 0


@pytest.mark.parametrize(
    "token",
    [
        *(
            "1",
            "123456789",
            "1234567a",
            "١٢٣٤٥٦٧٨",
            "portaria:atm:1:",
            "portaria:atm:2:" + "a" * 22,
        ),
        "portaria:atm:1:" + "a" * 22,
    ],
)
def test_what_is_no_voucher_is_answered_as_a_wrong_one(cash, token):
    wrong, none = cash.validate("00000000"), cash.validate(token)

    assert none.json | {"trace_id": 0} == wrong.json | {"trace_id": 0}
    assert none.status_code == wrong.status_code == 404


@abuse("F-03")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"token": ""}, "token"),
        ({"token": 12345678}, "token"),
        ({"token": "1" * 101}, "token"),
        ({"terminalId": "a b"}, "terminalId"),
        ({"terminalId": None}, "terminalId"),
        ({"amount": 0}, "amount"),
        ({"amount": "10000"}, "amount"),
        ({"amount": None}, "amount"),
        ({"amount": 1e4}, "amount"),
        ({"other": 1}, "other"),
    ],
)
def test_a_field_of_another_kind_is_named(cash, body, field):
    told = {"token": "12345678", "terminalId": "ATM-1"} | body

    answer = cash.machine("/atm/validate-token", told)

    assert code(answer) == (400, "invalid_request")
    assert [one["field"] for one in answer.json["errors"]] == [field]


@mission("S108")
def test_a_persons_token_opens_no_terminal(cash, maria):
    body = {"token": "12345678", "terminalId": "ATM-1"}

    answer = cash.ask(
        "/atm/validate-token", body, sub=maria, client_id=NETWORK, scope="atm:validate"
    )
    told = cash.ask(
        "/atm/dispense",
        {"dispenseId": "dsp_1", "terminalId": "ATM-1", "outcome": "failed"},
        sub=maria,
        client_id=NETWORK,
        scope="atm:validate",
    )

    assert code(answer) == code(told) == (403, "not_a_terminal")


def test_a_terminal_orders_no_cash_and_an_app_validates_none(cash, maria):
    ordered = cash.machine("/atm/withdrawal-request", {"amount": 10_000, "channel": "atm"})
    shown = cash.ask("/atm/validate-token", {"token": "1", "terminalId": "ATM-1"}, sub=maria)

    assert code(ordered) == code(shown) == (403, "insufficient_scope")


@abuse("F-16")
def test_a_wallets_token_opens_nothing_here(cash, maria):
    audience = cash.bank.app.config["BANK_AUDIENCE"]
    body = {"amount": 10_000, "channel": "atm"}

    answer = cash.ask("/atm/withdrawal-request", body, sub=maria, aud=f"{audience}/wallet", key="k")

    assert code(answer) == (401, "invalid_token")


@mission("S108", "S110")
def test_guesses_are_counted_before_they_are_judged(held_clock, cash, maria):
    made = cash.voucher(maria)["code"]
    wrong = (f"{n:08}" for n in count() if f"{n:08}" != made)

    answers = [cash.validate(next(wrong)).status_code for _ in range(10)]
    paused = cash.validate(made)

    assert answers == [404] * 10
    assert code(paused) == (429, "too_many_attempts")
    assert paused.headers["Retry-After"] == "900"
    assert paid(cash, maria) == ((40_000, 10_000), 0)
    held_clock.shift(899)
    assert cash.validate(made).status_code == 429
    held_clock.shift(1)
    assert code(cash.validate(made)) == (410, "expired")


def test_at_all_its_terminals_together_a_client_guesses_so_often(open_bank):
    cash = Cash(open_bank(ATM_CLIENT_TRIES=3))
    for n in range(5):
        cash.terminal(f"T-{n}")
    cash.terminal("OTHER", client_id=OTHER)

    answers = [cash.validate(f"0000000{n}", f"T-{n}").status_code for n in range(5)]

    assert answers == [404, 404, 404, 429, 429]
    assert cash.validate("00000000", "OTHER", client_id=OTHER).status_code == 404


@abuse("F-10")
def test_in_parallel_a_clients_guesses_pass_its_budget_by_those_under_way_alone(open_bank):
    cash = Cash(open_bank(DATABASE_POOL_SIZE=25, ATM_CLIENT_TRIES=8))
    for n in range(5):
        cash.terminal(f"T-{n}")

    with ThreadPoolExecutor(20) as pool:
        shown = pool.map(lambda n: cash.validate(f"{n:08}", f"T-{n % 5}").status_code, range(60))
        answers = list(shown)

    assert 8 <= answers.count(404) <= 8 + 20
    assert answers.count(404) + answers.count(429) == 60


def test_a_right_voucher_is_no_guess(open_bank):
    cash = Cash(open_bank(ATM_TERMINAL_TRIES=2, ATM_CLIENT_TRIES=2))
    cash.terminal()
    maria = cash.bank.person(money=50_000)

    for _ in range(4):
        assert cash.validate(cash.voucher(maria, 10_000)["code"]).status_code == 200


@abuse("F-10")
def test_in_parallel_no_guess_is_forgotten(open_bank):
    cash = Cash(open_bank(DATABASE_POOL_SIZE=25))
    cash.terminal()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: cash.validate(f"{n:08}").status_code, range(40)))

    assert (answers.count(404), answers.count(429)) == (10, 30)


@mission("S106")
def test_an_agent_pays_out_so_much_at_once(cash):
    maria = cash.bank.person(money=500_000)
    cash.terminal("SHOP", kind="agent")
    made = cash.voucher(maria, 51_000, "agent")["code"]

    assert code(cash.validate(made, "SHOP")) == (422, "agent_limit")
    assert cash.stands(maria) == (449_000, 51_000)
    cash.terminal("BIG", kind="agent", **{"per-withdrawal": 51_000})
    assert cash.validate(made, "BIG").status_code == 200


@mission("S106")
def test_an_agent_pays_out_so_much_in_a_day(held_clock, cash):
    maria = cash.bank.person(money=500_000)
    cash.terminal("SHOP", kind="agent", **{"per-day": 20_000})

    def one(amount):
        made = cash.voucher(maria, amount, "agent")
        answer = cash.validate(made["code"], "SHOP")
        cash.cancel(maria, made["withdrawalId"])
        return answer

    first = one(15_000)
    assert first.status_code == 200
    assert code(one(10_000)) == (422, "agent_limit")
    cash.dispense(first.json["dispenseId"], "failed", "SHOP")
    assert one(20_000).status_code == 200
    assert one(1_000).status_code == 422
    held_clock.shift(15 * 3600)  # past midnight in São Paulo
    assert one(20_000).status_code == 200


@abuse("F-17")
def test_an_agents_day_is_kept_in_parallel(busy):
    busy.terminal("SHOP", kind="agent", **{"per-day": 50_000})
    made = [busy.voucher(busy.bank.person(money=10_000), 10_000, "agent") for _ in range(12)]

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda one: busy.validate(one["code"], "SHOP").status_code, made))

    assert (answers.count(200), answers.count(422)) == (5, 7)
    assert busy.drawer("SHOP") == 50_000
