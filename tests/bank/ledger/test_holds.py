"""Holds: money set aside, then captured or released, never both."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from app.bank.database import db
from app.bank.ledger import entries, holds
from app.foundation.database import kept
from tests.support.marks import abuse


def set_aside(bank, sub, amount):
    with bank.app.app_context(), kept(db):
        (wallet,) = entries.lock_owned(sub)
        return holds.hold(wallet, amount, "withdrawal")


def wallet_of(bank, sub):
    return bank.rows("SELECT id FROM wallets WHERE owner_sub = :sub", sub=sub)[0][0]


def capture(source, hold, payee):
    entries.lock(source, payee)
    return holds.capture(hold, payee, currency="BRL")


def release(source, hold, _payee=None):
    return holds.release(hold, source)


def end(bank, verb, *arguments):
    with bank.app.app_context():
        try:
            with kept(db):
                verb(*arguments)
        except holds.Ended:
            return "ended"
        return verb.__name__


def test_what_is_held_is_not_available(bank):
    maria = bank.person(money=10_000)

    set_aside(bank, maria, 4_000)

    told = bank.balance(maria).json
    assert (told["available"], told["held"]) == (6_000, 4_000)
    assert bank.transfer(maria, bank.person(money=1), 6_001).status_code == 422


def test_a_captured_hold_moves_the_money_once(bank):
    maria, joana = bank.person(money=10_000), bank.person(money=1)
    hold = set_aside(bank, maria, 4_000)
    source, payee = wallet_of(bank, maria), wallet_of(bank, joana)

    outcomes = [end(bank, capture, source, hold, payee) for _ in range(2)]

    assert outcomes == ["capture", "ended"]
    told = bank.balance(maria).json
    assert (told["available"], told["held"], bank.available(joana)) == (6_000, 0, 4_001)
    assert bank.adds_up()


def test_a_released_hold_is_available_again(bank):
    maria = bank.person(money=10_000)
    hold = set_aside(bank, maria, 4_000)

    outcomes = [end(bank, release, wallet_of(bank, maria), hold) for _ in range(2)]

    assert outcomes == ["release", "ended"]
    assert bank.available(maria) == 10_000


@abuse("F-20")
def test_of_many_captures_and_releases_at_once_one_has_it(open_bank):
    bank = open_bank(DATABASE_POOL_SIZE=25)
    maria, joana = bank.person(money=10_000), bank.person(money=1)
    hold = set_aside(bank, maria, 4_000)
    source, payee = wallet_of(bank, maria), wallet_of(bank, joana)

    def try_it(number):
        return end(bank, release if number % 2 else capture, source, hold, payee)

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(try_it, range(20)))

    assert outcomes.count("ended") == 19
    told = bank.balance(maria).json
    assert told["held"] == 0
    assert told["available"] + bank.available(joana) == 10_001
    assert bank.adds_up()


def test_the_database_holds_no_more_than_there_is(bank):
    maria = bank.person(money=1_000)

    with pytest.raises((psycopg.IntegrityError, sqlite3.IntegrityError)):
        set_aside(bank, maria, 1_001)


def test_there_is_no_such_hold(bank):
    maria = bank.person(money=1)

    assert end(bank, release, wallet_of(bank, maria), "hld_none") == "ended"
