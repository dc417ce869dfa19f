"""The worker: every duty each round, whatever befalls another; it ends when told."""

import os
import signal
import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from app.auth import worker
from app.auth.database import db
from app.auth.keys.models import SigningKey
from app.auth.notifications import delivery
from app.auth.tokens.models import RevokedToken
from app.foundation import clock
from app.foundation.database import kept
from app.foundation.problems import Problem
from tests.auth import stage
from tests.support.marks import asvs


@pytest.fixture(autouse=True)
def signals():
    """Leave the signals of the test process as they were."""
    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


@pytest.fixture
def overdue(auth_app, held_clock):
    """A house where a key is due to turn and a name to go."""
    now = clock.now()
    with auth_app.app_context(), kept(db):
        stage.make_keys()
        db.session.execute(
            insert(RevokedToken), [{"name": "jti:x", "expires_at": now - timedelta(days=1)}]
        )
        for row in db.session.scalars(select(SigningKey)):
            row.activated_at = row.activated_at and now - timedelta(days=91)
    return auth_app


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["worker", *arguments])


def test_one_round_does_every_duty_and_tells_of_it(overdue, capfd):
    done = run(overdue, "--once")

    assert done.exit_code == 0, done.output
    with overdue.app_context():
        states = sorted(db.session.scalars(select(SigningKey.state)))
        assert states == ["active"] * 4 + ["next"] * 4 + ["retired"] * 4
        assert db.session.scalars(select(RevokedToken)).all() == []
    told = done.stderr + capfd.readouterr().err
    assert told.count("duty done") == 3
    assert '"revoked_tokens": 1' in told
    assert '"duty": "record"' in told


def test_a_second_round_finds_nothing_to_do(overdue, capfd):
    run(overdue, "--once")
    capfd.readouterr()

    done = run(overdue, "--once")

    assert done.exit_code == 0
    assert "duty done" not in done.stderr + capfd.readouterr().err


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_with_the_database_away_it_says_so_and_goes_on(create_house, capfd):
    away = create_house("auth", url="postgresql+psycopg://x@127.0.0.1:9/none")

    done = run(away, "--once")

    assert done.exit_code == 0
    told = done.stderr + capfd.readouterr().err
    assert told.count("duty failed") == len(
        {"_messages", "_pushes", "_logouts", "_keys", "_house", "_recoveries", "_record"}
    )
    assert "OperationalError" in told
    assert "127.0.0.1:9" not in told


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_duty_that_fails_undoes_its_work_and_leaves_the_next_alone(auth_context, capfd):
    def spoil():
        db.session.execute(insert(RevokedToken), [{"name": "x", "expires_at": clock.now()}])
        raise Problem

    worker.attend(spoil)

    assert db.session.scalars(select(RevokedToken)).all() == []
    assert '"duty": "spoil"' in capfd.readouterr().err


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_works_round_after_round_until_told_to_stop(auth_app, monkeypatch):
    rounds = []
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(worker, "attend", lambda duty: not rounds.append(duty.__name__))
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()

    done = run(auth_app)

    assert done.exit_code == 0
    assert set(rounds) == {
        "_messages",
        "_pushes",
        "_logouts",
        "_keys",
        "_house",
        "_recoveries",
        "_record",
    }
    for often in ("_messages", "_pushes", "_logouts"):
        assert rounds.count(often) > rounds.count("_keys") >= 2


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_duty_that_failed_is_left_alone_for_a_while(auth_app, monkeypatch):
    rounds = []
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(worker, "attend", lambda duty: rounds.append(duty.__name__))
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()

    run(auth_app)

    assert sorted(rounds) == [
        "_house",
        "_keys",
        "_logouts",
        "_messages",
        "_pushes",
        "_record",
        "_recoveries",
    ]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_duty_that_filled_its_batch_is_done_again_at_once(auth_app, monkeypatch):
    batches = []

    def full():
        batches.append(clock.ticks())
        return {"delivered": delivery.BATCH if len(batches) < 5 else 1}

    monkeypatch.setattr(worker, "_messages", full)
    monkeypatch.setattr(worker, "IN_BATCHES", {full})
    monkeypatch.setattr(worker, "BEAT_SECONDS", 5)
    threading.Timer(1, os.kill, (os.getpid(), signal.SIGTERM)).start()

    run(auth_app)

    assert len(batches) == 5


@asvs("15.4.4")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_duty_that_hangs_delays_no_other(auth_app, monkeypatch):
    rounds, hung = [], threading.Event()
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.02)

    def attend(duty):
        rounds.append(duty.__name__)
        return duty.__name__ != "_messages" or hung.wait(5)

    monkeypatch.setattr(worker, "attend", attend)
    threading.Timer(0.3, lambda: (os.kill(os.getpid(), signal.SIGTERM), hung.set())).start()

    run(auth_app)

    assert rounds.count("_messages") == 1
    assert rounds.count("_logouts") > 3


@asvs("16.5.4")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_duty_that_breaks_ends_the_worker_and_says_so(auth_app, monkeypatch):
    monkeypatch.setattr(worker, "attend", lambda duty: {}[duty.__name__])

    done = run(auth_app)

    assert isinstance(done.exception, KeyError)
