"""A provider that misbehaves: a payment is never made twice and never lost (S105)."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from app.bank import records
from app.bank.database import db
from app.bank.payments import courier, settling
from app.bank.payments.providers.interface import Outcome
from app.foundation.database import kept
from tests.bank.payments.conftest import TOKEN, Served
from tests.support import services
from tests.support.marks import abuse, mission

TOPUP = {"phone": "11987654321", "carrier": "Vivo", "amount": 2_000}
HELD, PAID, WHOLE = (98_000, 2_000), (98_000, 0), (100_000, 0)


@mission("S105")
@pytest.mark.parametrize(
    "word", ["time_out", "lose_request", "lose_answer", "fail", "babble", "late"]
)
def test_what_nobody_knows_is_pending_until_the_provider_says(
    till, maria, supplier, word, monkeypatch
):
    supplier.book.behave([word])
    if word == "time_out":
        supplier.app.config["SECONDS"] = 3
        monkeypatch.setattr(courier, "AT_ONCE_SECONDS", 1)

    answer = till.pay(maria, "topup", TOPUP)

    told = answer.json
    assert (answer.status_code, told["status"], told["receipt"]) == (201, "pending", None)
    assert "not confirmed" in told["detail"]
    assert till.stands(maria) == HELD
    if word == "late":
        time.sleep(0.25)
    till.work()
    assert till.state(maria, answer) == "completed"
    assert till.stands(maria) == PAID
    assert supplier.book.charges() == [(told["paymentId"], 2_000)]
    assert till.bank.adds_up()


def test_without_a_provider_no_money_is_held(open_till):
    till = open_till(PROVIDER_URL="")
    maria = till.bank.person(money=100_000)

    answer = till.pay(maria, "topup", TOPUP)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert till.stands(maria) == WHOLE


@mission("S105")
def test_a_refused_payment_gives_its_money_back(till, maria, supplier):
    supplier.book.behave(["refuse"])

    told = till.pay(maria, "topup", TOPUP).json

    assert (told["status"], told["reason"], told["receipt"]) == ("refused", "not_accepted", None)
    assert till.stands(maria) == WHOLE
    assert supplier.book.charges() == []
    assert till.bank.rows("SELECT count(*) FROM wallet_entries WHERE kind = 'topup'")[0][0] == 0


@mission("S105")
def test_a_payment_that_the_provider_takes_back_gives_its_money_back(till, maria, supplier):
    supplier.book.behave(["reverse"])
    answer = till.pay(maria, "topup", TOPUP)
    assert till.stands(maria) == PAID
    time.sleep(0.25)

    till.work()
    till.work()

    told = till.get(maria, f"/{answer.json['paymentId']}").json
    assert (told["status"], told["reason"]) == ("reversed", "reversed")
    assert told["reversedAt"] is not None
    assert told["receipt"] is not None
    assert till.stands(maria) == WHOLE
    assert till.bank.adds_up()
    entries = till.bank.rows("SELECT kind FROM wallet_entries ORDER BY made_at")
    assert [kind for (kind,) in entries] == ["funding", "topup", "reversal"]


def test_a_completed_payment_is_asked_of_a_few_times_and_never_ordered_again(till, maria, supplier):
    answer = till.pay(maria, "topup", TOPUP)
    for _ in range(6):
        till.work()

    assert supplier.asked == ["PUT orders", *["GET orders"] * 4]
    assert till.state(maria, answer) == "completed"


def test_a_completed_payment_that_the_provider_forgot_stays_and_is_not_ordered_again(
    till, maria, supplier
):
    answer = till.pay(maria, "topup", TOPUP)
    with supplier.book._open() as book:
        book.execute("DELETE FROM orders")

    assert till.work() == {"unclear": 1}

    assert supplier.asked == ["PUT orders", "GET orders"]
    assert till.state(maria, answer) == "completed"


def test_while_the_provider_is_away_payments_wait_and_people_do_not(till, maria, supplier):
    supplier.stop()
    began = time.monotonic()
    first, second = (till.pay(maria, "topup", TOPUP) for _ in range(2))
    assert time.monotonic() - began < 10
    assert [first.json["status"], second.json["status"]] == ["pending", "pending"]
    assert till.work() == {"unclear": 2}
    supplier.start()

    assert till.work() == {"completed": 2}

    assert till.stands(maria) == (96_000, 0)
    assert len(supplier.book.charges()) == 2


def test_after_no_answer_the_next_people_do_not_wait_for_one(till, maria, supplier):
    supplier.book.behave(["babble"])

    till.pay(maria, "topup", TOPUP)
    second = till.pay(maria, "topup", TOPUP)

    assert second.json["status"] == "pending"
    assert supplier.asked == ["PUT orders"]


def test_what_never_arrived_within_a_day_is_refused(till, maria, supplier):
    supplier.book.behave(["lose_request"])
    answer = till.pay(maria, "topup", TOPUP)
    with till.bank.connection() as connection:
        connection.exec_driver_sql("UPDATE payments SET made_at = '2020-01-01 00:00:00'")

    till.work()

    told = till.get(maria, f"/{answer.json['paymentId']}").json
    assert (told["status"], told["reason"]) == ("refused", "undelivered")
    assert till.stands(maria) == WHOLE
    assert supplier.book.charges() == []


@pytest.mark.parametrize("change", ["'$.amount', 1", "'$.id', 'pay_x'", "'$.status', 'done'"])
def test_an_answer_about_something_else_is_none(till, maria, supplier, change, monkeypatch):
    supplier.book.behave(["babble"])
    answer = till.pay(maria, "topup", TOPUP)
    path, value = (part.strip(" '$.") for part in change.split(","))
    find = supplier.book.find
    wrong = int(value) if value.isdigit() else value
    monkeypatch.setattr(supplier.book, "find", lambda name: find(name) | {path: wrong})

    assert till.work() == {"unclear": 1}

    assert till.state(maria, answer) == "pending"
    assert till.stands(maria) == HELD


@abuse("F-04")
def test_of_many_answers_at_once_one_counts(till, maria, supplier):
    supplier.book.behave(["lose_request"])
    payment = till.pay(maria, "topup", TOPUP).json["paymentId"]

    def settle(number):
        verb, state = (
            (settling.refuse, "refused") if number % 2 else (settling.complete, "completed")
        )
        with till.app.app_context(), kept(db):
            verb(payment, Outcome(state))

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(settle, range(20)))

    query = "SELECT event FROM bank_records WHERE subject = :id AND event <> :made"
    [[event]] = till.bank.rows(query, id=payment, made=records.PAYMENT_ORDERED)
    assert till.stands(maria) == (WHOLE if event == records.PAYMENT_REFUSED else PAID)
    assert till.bank.adds_up()


def test_two_workers_at_once_ask_of_each_payment_once(till, maria, supplier):
    supplier.book.behave(["lose_request"])
    for _ in range(6):  # at the first nobody answers, so the others are left to the workers
        till.pay(maria, "topup", TOPUP)
    with till.bank.connection() as connection:
        connection.exec_driver_sql("UPDATE payments SET due_at = '2020-01-01 00:00:00'")

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: till.work(now=False), range(4)))

    assert sum(each.get("completed", 0) for each in told) == 6
    assert supplier.asked.count("GET orders") == 6
    assert len(supplier.book.charges()) == 6
    assert till.stands(maria) == (88_000, 0)


@abuse("F-04")
def test_one_wallet_spent_by_everything_at_once_is_never_below_nothing(till, supplier):
    maria, joana = till.bank.person(money=10_000), till.bank.person(money=1)

    def spend(number):
        if number % 2:
            return till.pay(maria, "topup", TOPUP).status_code
        return till.bank.transfer(maria, joana, 2_000).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(spend, range(20)))

    till.work()
    assert (answers.count(201), answers.count(422)) == (5, 15)
    assert till.stands(maria) == (0, 0)
    sent = till.bank.available(joana) - 1
    assert sent + sum(amount for _, amount in supplier.book.charges()) == 10_000
    assert till.bank.adds_up()


@contextmanager
def running(till, *command, **environment):
    """A process of ours beside the tests."""
    config = {name: str(value) for name, value in till.app.config.items() if value is not None}
    started = subprocess.Popen(
        [sys.executable, "-m", *command],
        env={"PATH": "/usr/bin:/bin"} | config | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=services.die_with_parent,  # noqa: PLW1509 (one system call)
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@abuse("F-04")
@mission("S105")
def test_a_worker_killed_between_asking_and_marking_charges_nobody_twice(till, maria, supplier):
    supplier.book.behave(["lose_request", "time_out"])
    answer = till.pay(maria, "topup", TOPUP)
    supplier.app.config["SECONDS"] = 30
    with till.bank.connection() as connection:
        connection.exec_driver_sql("UPDATE payments SET due_at = '2020-01-01 00:00:00'")

    with running(till, "flask", "--app", "wsgi:bank", "payments", "carry") as worker:
        services.wait_for(supplier.book.charges, "the charge")
        assert worker.poll() is None
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()

    assert till.stands(maria) == HELD
    assert till.work(now=False) == {}  # it is still leased to the one who died
    assert till.work() == {"completed": 1}
    assert till.state(maria, answer) == "completed"
    assert len(supplier.book.charges()) == 1
    assert till.stands(maria) == PAID


@mission("S105")
def test_a_provider_killed_in_the_middle_goes_on_where_it_was(
    open_till, supplier, tmp_path, monkeypatch
):
    port, book = services.free_port(), tmp_path / "killed.sqlite3"
    till = open_till(PROVIDER_URL=f"http://127.0.0.1:{port}")
    maria = till.bank.person(money=100_000)
    command = ("dev.provider", str(port), str(book))
    settings = {"PROVIDER_TOKEN": TOKEN, "PROVIDER_SECONDS": "30"}

    with running(till, *command, **settings) as provider, ThreadPoolExecutor(1) as pool:
        services.wait_for(lambda: _listens(port), "the provider")
        watched = Served(book).book
        watched.behave(["time_out"])
        waiting = pool.submit(till.pay, maria, "topup", TOPUP)
        services.wait_for(watched.charges, "the charge")
        os.kill(provider.pid, signal.SIGKILL)
        answer = waiting.result()
    assert answer.json["status"] == "pending"

    with running(till, *command, **settings):
        services.wait_for(lambda: _listens(port), "the provider")
        assert till.work() == {"completed": 1}

    assert len(watched.charges()) == 1
    assert till.stands(maria) == PAID


def _listens(port):
    with services.socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


@mission("S111")
@pytest.mark.parametrize(
    ("words", "rounds", "told"),
    [
        ([], 0, ["topup_done"]),
        (["refuse"], 0, ["payment_refused"]),
        (["reverse"], 1, ["topup_done", "payment_reversed"]),
        (["lose_request"] * 5, 5, ["payment_pending", "topup_done"]),
    ],
)
def test_people_are_told_how_it_ended_and_that_it_waits(till, maria, supplier, words, rounds, told):
    supplier.book.behave(words)
    till.pay(maria, "topup", TOPUP)
    time.sleep(0.25 if "reverse" in words else 0)
    for _ in range(rounds):
        till.work()

    rows = till.bank.rows("SELECT sub, notice, data FROM bank_notices ORDER BY created_at")
    assert [notice for _, notice, _ in rows] == told
    assert all(sub == maria and '"payee": "Vivo"' in data for sub, _, data in rows)
