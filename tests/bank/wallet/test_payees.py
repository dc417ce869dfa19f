"""Whom a person is known to pay is marked by the command line."""

import json


def trust(bank, *arguments):
    return bank.app.test_cli_runner().invoke(args=["wallets", "trust", *arguments])


def test_a_payee_is_marked_as_known_once_and_recorded_once(bank):
    first = trust(bank, "maria", "joana", "--json")
    trust(bank, "maria", "joana")

    assert json.loads(first.stdout) == {"sub": "maria", "payee": "joana", "known": True}
    known = bank.rows("SELECT owner_sub, payee_sub FROM wallet_known_payees")
    assert known == [("maria", "joana")]
    assert bank.rows("SELECT event, subject FROM bank_records") == [
        ("payee:known:trusted", "maria")
    ]


def test_nobody_is_a_payee_of_their_own(bank):
    done = trust(bank, "maria", "maria")

    assert done.exit_code == 1
    assert done.output == "Error: The payee is the owner of the wallet.\n"
    assert bank.rows("SELECT owner_sub FROM wallet_known_payees") == []
