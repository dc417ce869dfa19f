"""Money comes into the house by the command line, through the ledger."""

import json

import pytest

from tests.support.marks import asvs, mission


def fund(bank, *arguments):
    return bank.app.test_cli_runner().invoke(args=["wallets", "fund", *arguments])


@mission("S101")
def test_funding_opens_the_wallet_and_owes_the_money(bank):
    done = fund(bank, "maria", "12500", "--user-id", "7", "--json")

    told = json.loads(done.stdout)
    assert (told["sub"], told["balance"], told["currency"]) == ("maria", 12_500, "BRL")
    assert bank.available("maria") == 12_500
    owed = bank.rows("SELECT balance_minor FROM wallets WHERE kind = 'funding'")
    assert owed == [(-12_500,)]
    assert bank.adds_up()


def test_funding_twice_adds_up(bank):
    fund(bank, "maria", "12500")
    done = fund(bank, "maria", "500", "--user-id", "7")

    assert done.stdout == "maria: 13000 BRL (minor units)\n"
    assert bank.rows("SELECT owner_user_id FROM wallets WHERE owner_sub = 'maria'") == [(7,)]


def test_funding_leaves_its_record(bank):
    fund(bank, "maria", "12500")

    events = bank.rows("SELECT event, actor FROM bank_records ORDER BY seq")
    assert events == [("wallet:account:opened", "operator"), ("wallet:account:funded", "operator")]


@pytest.mark.parametrize("amount", ["0", "-5", "1000000000001", "1.5", "many", "9" * 30])
def test_an_amount_that_is_none_is_refused_in_one_line(bank, amount):
    done = fund(bank, "--", "maria", amount)

    assert done.exit_code != 0
    assert "Traceback" not in done.output
    assert bank.rows("SELECT id FROM wallets") == []


@asvs("1.4.2")
def test_the_largest_amounts_are_kept_exactly(bank):
    for _ in range(3):
        fund(bank, "maria", str(10**12))

    assert bank.available("maria") == 3 * 10**12
