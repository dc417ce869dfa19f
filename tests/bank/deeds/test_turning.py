"""A deed key's way, by the worker and by command; and a stolen one's end."""

import json
from datetime import timedelta

import pytest

from app.bank.deeds import keys
from tests.bank.deeds.test_challenge import challenge, kid_of
from tests.support.marks import mission


@pytest.fixture
def run(bank):
    """Give a command of the bank; return what it printed, as JSON."""

    def run(*words):
        done = bank.app.test_cli_runner().invoke(args=[*words, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return run


def work(bank):
    """Do the worker's duty."""
    done = bank.app.test_cli_runner().invoke(args=["worker", "--once", "--duty", "keys"])
    assert (done.exit_code, "failed" in done.output) == (0, False), done.output


def published(bank):
    return {key["kid"] for key in bank.app.test_client().get("/bank/jwks").json["keys"]}


def test_the_worker_turns_deed_keys_and_wipes_those_nobody_needs(held_clock, bank, run):
    first = kid_of(challenge(bank)[2])
    work(bank)
    work(bank)
    assert [row["state"] for row in run("deed-keys", "list")] == ["active", "next"]

    held_clock.shift(keys.LEAD + timedelta(minutes=2))
    second = kid_of(challenge(bank)[2])
    assert second != first
    assert [row["state"] for row in run("deed-keys", "list")] == ["retired", "active"]
    held_clock.shift(keys.PUBLISHED)
    work(bank)

    told = {row["kid"]: row for row in run("deed-keys", "list")}
    assert {kid: row["state"] for kid, row in told.items()} == {first: "gone", second: "active"}
    assert told[first]["gone_at"]
    assert published(bank) == {second}
    kept = "SELECT kid FROM bank_deed_keys WHERE private_sealed IS NOT NULL"
    assert bank.rows(kept) == [(second,)]
    held_clock.shift(timedelta(days=90))
    work(bank)
    assert [row["state"] for row in run("deed-keys", "list")] == ["gone", "active", "next"]


@mission("S118")
def test_a_stolen_deed_key_is_gone_at_once_and_a_fresh_one_signs(bank, run):
    stolen = kid_of(challenge(bank)[2])

    told = run("deed-keys", "compromise", stolen, "--yes")

    fresh = kid_of(challenge(bank)[2])
    assert told == {"kid": stolen, "state": "gone", "fresh": fresh}
    assert published(bank) == {fresh}
    listed = {row["kid"]: row for row in run("deed-keys", "list")}
    assert listed[stolen]["compromised"] is True
    events = "SELECT event FROM bank_records WHERE subject = :kid"
    assert bank.rows(events, kid=stolen) == [("bank:deed-key:compromised",)]


def test_a_stolen_next_deed_key_never_signs(bank, run):
    active = kid_of(challenge(bank)[2])
    stolen = run("deed-keys", "rotate")["kid"]

    fresh = run("deed-keys", "compromise", stolen, "--yes")["fresh"]

    assert published(bank) == {active, fresh}
    assert kid_of(challenge(bank)[2]) == active


def test_it_asks_once_and_ends_a_key_once(bank, run):
    kid = kid_of(challenge(bank)[2])
    invoke = bank.app.test_cli_runner().invoke

    assert invoke(args=["deed-keys", "compromise", kid], input="n").exit_code == 1
    assert published(bank) == {kid}
    assert invoke(args=["deed-keys", "compromise", kid], input="y").exit_code == 0
    again = invoke(args=["deed-keys", "compromise", kid, "--yes"])
    assert (again.exit_code, "no such key" in again.output) == (1, True)
