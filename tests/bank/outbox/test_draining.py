"""Handing notices over: at least once, under one id, whatever befalls the worker or the others."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.bank import housekeeping, waits, worker
from app.bank.database import db
from app.bank.outbox import draining, post
from app.bank.outbox.models import BankNotice
from app.foundation import clock
from app.foundation.database import kept
from tests.support.marks import abuse, mission

DAY = timedelta(days=1)


@pytest.fixture
def outbox(bank):
    """A bank with an application context open, and a way to put notices into its outbox."""
    with bank.app.app_context():
        yield bank


def put(count=1, sub="maria"):
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with kept(db):
        for number in range(count):
            post.put(sub, "deposit_received", amount=number + 1, currency="BRL", at=at)


def rows():
    db.session.rollback()
    return db.session.scalars(select(BankNotice).order_by(BankNotice.created_at)).all()


@mission("S9", "S112")
def test_what_waits_is_handed_over_in_its_order_and_wiped(outbox):
    put(5)

    assert draining.hand_over() == {"sent": 5}
    assert draining.hand_over() == {}

    amounts = [data["amount"] for _, _, data in outbox.issuer.told.values()]
    assert amounts == [1, 2, 3, 4, 5]
    assert all(row.sent_at and row.due_at is None and row.data is None for row in rows())


@mission("S9")
@abuse("F07")
def test_with_the_authorization_server_away_notices_wait_and_money_moves_on(outbox, held_clock):
    put(3)
    outbox.issuer.wire.cut = True

    assert draining.hand_over() == {"failed": 3}
    assert outbox.issuer.told == {}
    put()
    outbox.issuer.wire.cut = False
    held_clock.shift(waits.WAITS[0])
    outbox.app.extensions["authority"]._issuer._away_until = 0

    assert draining.hand_over() == {"sent": 4}
    assert len(outbox.issuer.told) == 4


def test_each_try_that_fails_waits_longer(outbox, held_clock):
    put()
    outbox.issuer.wire.cut = True

    for seconds in (*waits.WAITS, waits.WAITS[-1]):
        assert draining.hand_over() == {"failed": 1}
        assert rows()[0].due_at == clock.now() + timedelta(seconds=seconds)
        assert draining.hand_over() == {}
        held_clock.shift(seconds)


@mission("S112")
def test_after_a_day_it_is_given_up_for_the_record(outbox, held_clock, capfd):
    put()
    outbox.issuer.wire.cut = True
    held_clock.shift(DAY)

    assert draining.hand_over() == {"given_up": 1}

    [row] = rows()
    assert (row.due_at, row.problem) == (None, "away")
    assert row.given_up_at
    [(event, actor, subject, data)] = outbox.rows(
        "SELECT event, actor, subject, data FROM bank_records"
    )
    assert (event, actor, subject) == ("person:notice:given_up", "system", row.id)
    assert json.loads(data) == {"notice": "deposit_received", "problem": "away", "tries": 1}
    assert "maria" not in capfd.readouterr().err


def test_what_nobody_will_ever_take_is_given_up_at_once_and_holds_up_nothing(outbox):
    put(1, "nobody")
    put(1)
    outbox.issuer.unknown.add("nobody")

    assert draining.hand_over() == {"sent": 1, "given_up": 1}

    assert {row.problem for row in rows()} == {"not_found", None}


@mission("S112")
@abuse("F03", "F12")
def test_who_died_between_handing_over_and_marking_leaves_it_to_the_next(
    outbox, held_clock, monkeypatch
):
    put(3)

    def die(*_args, **_values):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(draining, "_mark", die)
        with pytest.raises(KeyboardInterrupt):
            draining.hand_over()
    assert outbox.issuer.asked["notices"] == 3
    assert draining.hand_over() == {}  # it is still the other's

    held_clock.shift(draining.LEASE)

    assert draining.hand_over() == {"sent": 3}
    assert outbox.issuer.asked["notices"] == 6
    assert len(outbox.issuer.told) == 3  # the same ids: told once


@abuse("F12")
def test_many_workers_at_once_hand_each_over_once(outbox):
    put(100)

    def work(_):
        with outbox.app.app_context():
            return draining.hand_over().get("sent", 0) + draining.hand_over().get("sent", 0)

    with ThreadPoolExecutor(4) as pool:
        sent = sum(pool.map(work, range(4)))

    assert sent == 100
    assert outbox.issuer.asked["notices"] == 100


def test_what_is_over_is_forgotten_after_a_week(outbox, held_clock):
    put(1, "nobody")
    put(1)
    outbox.issuer.unknown.add("nobody")
    draining.hand_over()
    put(1, "waiting")

    held_clock.shift(housekeeping.TOLD)
    assert housekeeping.run() == {}
    held_clock.shift(1)
    assert housekeeping.run() == {"bank_notices": 2}
    assert [row.sub for row in rows()] == ["waiting"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_worker_does_its_duties_once(outbox, capfd):
    put(2)

    done = outbox.app.test_cli_runner().invoke(args=["worker", "--once"])

    assert done.exit_code == 0, done.output
    assert len(outbox.issuer.told) == 2
    assert '"sent": 2' in done.stderr + capfd.readouterr().err


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_full_batch_asks_for_the_next_at_once(outbox, monkeypatch):
    monkeypatch.setattr(draining, "BATCH", 3)
    put(5)

    assert worker.attend(worker._notices) is worker.duties.MORE
    assert worker.attend(worker._notices) is True
    assert len(outbox.issuer.told) == 5


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_operator_sees_what_waits_and_retries_what_was_given_up(outbox):
    def run(*arguments):
        done = outbox.app.test_cli_runner().invoke(args=["notices", *arguments, "--json"])
        return json.loads(done.stdout) if done.exit_code == 0 else done.output

    put(1, "nobody")
    outbox.issuer.unknown.add("nobody")
    assert run("send") == [{"result": "given_up", "notices": 1}]
    [row] = run("list", "--state", "given_up")
    assert (row["notice"], row["state"], row["problem"]) == (
        *("deposit_received", "given_up"),
        "not_found",
    )
    assert "data" not in row

    outbox.issuer.unknown.clear()
    [again] = run("retry", row["id"])
    assert again["state"] == "waiting"
    assert run("send") == [{"result": "sent", "notices": 1}]
    assert "Only a notice that was given up" in run("retry", row["id"])
    assert "nothing here" in run("retry", "ntc_none")
    assert run("list", "--state", "waiting") == []
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(BankNotice)) == 1
