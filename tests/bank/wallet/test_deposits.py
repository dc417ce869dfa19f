"""Deposits: money that an agent or a partner brings, asking for itself."""

import uuid

import pytest

from tests.support.marks import abuse, mission

SCOPE = "wallet:deposit"


def deposit(bank, named, body, **claims):
    mine = {"client_id": "agency", "scope": SCOPE} | claims
    return bank.ask("POST", f"/wallet/{named}/deposit", mine.pop("sub", "agency"), body, **mine)


@mission("S98", "S101")
@pytest.mark.parametrize("name", ["sub", "7"])
def test_a_partner_brings_money_into_a_wallet(bank, name):
    maria = bank.person(money=100, user_id=7)

    done = deposit(bank, maria if name == "sub" else name, {"amount": 5_000, "reference": "slip"})

    assert (done.status_code, done.json["userId"]) == (201, maria)
    assert bank.available(maria) == 5_100
    assert bank.adds_up()
    kept = bank.rows("SELECT kind, client_id FROM wallet_entries WHERE description = 'slip'")
    assert kept == [("deposit", "agency")]


@mission("S101")
def test_a_persons_app_brings_nothing(bank):
    maria = bank.person(money=100)

    refused = deposit(bank, "me", {"amount": 5_000}, sub=maria)

    assert (refused.status_code, refused.json["code"]) == (403, "partners_only")
    assert bank.available(maria) == 100


def test_without_the_scope_a_partner_brings_nothing(bank):
    maria = bank.person(money=100)

    assert deposit(bank, maria, {"amount": 1}, scope="wallet:read").status_code == 403


def test_nobodys_wallet_takes_nothing(bank):
    refused = deposit(bank, str(uuid.uuid4()), {"amount": 1})

    assert (refused.status_code, refused.json["code"]) == (422, "unknown_payee")


@abuse("F-03")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        *(({"amount": wrong}, "amount") for wrong in (0, -1, 0.1, "1", True, None, 2**63, [1])),
        ({"amount": 1, "currency": "USD"}, "currency"),
        ({"amount": 1, "reference": "x" * 65}, "reference"),
        ({"amount": 1, "to": "x"}, "to"),
    ],
)
def test_a_deposit_that_is_none_is_refused_by_its_field(bank, body, field):
    maria = bank.person(money=100)

    refused = deposit(bank, maria, body)

    assert refused.status_code == 400
    assert refused.json["errors"][0]["field"] == field
    assert bank.available(maria) == 100
