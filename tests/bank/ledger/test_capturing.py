"""A capture and its deed's own steps, in one statement: under the same locks as everything else."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.bank.database import db
from app.bank.ledger import capturing, entries, holds, spendable
from app.foundation.database import kept
from tests.bank.ledger.test_holds import set_aside, wallet_of
from tests.support.marks import abuse

NOTED = capturing.followed_by(
    "INSERT INTO wallets (id, kind, currency, opened_at)"
    " SELECT :note, 'settlement', :currency, :now FROM won",
    due=":due",
)


def capture(bank, hold, source, payee, currency="BRL", **how):
    """Capture ``hold`` and note it by a wallet of its name; return what came of it."""
    with bank.app.app_context():
        told = {"source": source, "payee": payee, "currency": currency, "client_id": None}
        told |= {"due": True} | how
        try:
            with kept(db):
                capturing.capture(NOTED, entries.draw(), hold, note=f"wal_of_{hold}", **told)
        except (holds.Ended, spendable.Frozen, spendable.OtherCurrency) as refused:
            return refused.code
    return "captured"


@pytest.fixture
def two(generous):
    """The wallets of two people, the second one's empty but for a cent."""
    maria, joana = generous.person(money=10_000), generous.person(money=1)
    return (maria, wallet_of(generous, maria)), (joana, wallet_of(generous, joana))


def test_a_step_is_taken_with_the_capture_and_not_without(generous, two):
    (maria, source), (joana, payee) = two
    hold = set_aside(generous, maria, 4_000)

    outcomes = [capture(generous, hold, source, payee) for _ in range(2)]

    assert outcomes == ["captured", "hold_ended"]
    assert generous.available(joana) == 4_001
    assert generous.rows("SELECT count(*) FROM wallets WHERE kind = 'settlement'")[0][0] == 1
    assert generous.adds_up()


def test_what_is_not_due_is_not_captured(generous, two):
    (maria, source), (joana, payee) = two
    hold = set_aside(generous, maria, 4_000)

    assert capture(generous, hold, source, payee, due=False) == "hold_ended"
    assert (generous.available(maria), generous.available(joana)) == (6_000, 1)


def test_by_itself_it_is_kept_whatever_becomes_of_the_request(generous, two):
    (maria, source), (joana, payee) = two
    holds = [set_aside(generous, maria, 1_000) for _ in range(2)]

    for alone, has in ((False, 1), (True, 1_001)):
        with generous.app.app_context():
            told = {"source": source, "payee": payee, "currency": "BRL", "client_id": None}
            told |= {"due": True, "note": f"wal_{alone}"}
            capturing.capture(NOTED, entries.draw(), holds[alone], alone=alone, **told)
            db.session.rollback()
        assert generous.available(joana) == has
    assert generous.adds_up()


def test_in_another_currency_nothing_is_captured(generous, two):
    (maria, source), (_joana, payee) = two
    hold = set_aside(generous, maria, 4_000)

    assert capture(generous, hold, source, payee, "USD") == "currency_mismatch"
    assert capture(generous, hold, source, payee) == "captured"


@abuse("F-20")
def test_who_freezes_at_that_moment_is_waited_for_and_obeyed(generous, two):
    (maria, source), (joana, payee) = two
    hold = set_aside(generous, maria, 4_000)
    freeze = text("UPDATE wallets SET frozen_at = opened_at WHERE id = :id")

    with ThreadPoolExecutor(1) as pool:
        with generous.connection() as connection:
            connection.execute(freeze, {"id": source})
            captured = pool.submit(capture, generous, hold, source, payee)
            time.sleep(0.3)
            assert not captured.done()

        assert captured.result() == "wallet_frozen"
    assert generous.available(joana) == 1


@abuse("F-10")
def test_captured_and_sent_both_ways_at_once_all_of_it_adds_up(generous, two):
    (maria, source), (joana, payee) = two
    generous.fund(joana, 10_000)
    out = [set_aside(generous, maria, 100) for _ in range(10)]
    back = [set_aside(generous, joana, 70) for _ in range(10)]
    deeds = [lambda hold=hold: capture(generous, hold, source, payee) for hold in out]
    deeds += [lambda hold=hold: capture(generous, hold, payee, source) for hold in back]
    deeds += [lambda: generous.transfer(maria, joana, 10).status_code for _ in range(10)]
    deeds += [lambda: generous.transfer(joana, maria, 10).status_code for _ in range(10)]

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(lambda deed: deed(), deeds[::2] + deeds[1::2]))

    assert (outcomes.count("captured"), outcomes.count(201)) == (20, 20)
    assert (generous.available(maria), generous.available(joana)) == (9_700, 10_301)
    assert generous.adds_up()
