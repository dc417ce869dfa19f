"""What an app reads where its consent says so in detail."""

from datetime import timedelta

import pytest

from app.foundation import clock
from tests.support.marks import asvs, rfc

BANK = "http://localhost:3000/bank"
SCOPE = "wallet:read reports:read"


def entry(**changed):
    whole = {"type": "account_information", "locations": [f"{BANK}/wallet"], "actions": ["balance"]}
    return {name: value for name, value in (whole | changed).items() if value is not None}


def read(bank, path, *details):
    maria = bank.person(money=100)
    return bank.ask("GET", path, maria, scope=SCOPE, authorization_details=list(details))


def day(ahead):
    return (clock.today("America/Sao_Paulo") + timedelta(days=ahead)).isoformat()


@rfc("9396", "9.1")
@pytest.mark.parametrize("until", [None, "today", "later"])
def test_what_was_shared_is_read(bank, until):
    last = {None: None, "today": day(0), "later": day(30)}[until]

    assert read(bank, "/wallet/me/balance", entry(until=last)).status_code == 200


@asvs("10.3.2")
@rfc("9396", "9.1")
@pytest.mark.parametrize(
    "changed",
    [
        *({"actions": ["transactions"]}, {"actions": None}, {"actions": "balance"}),
        *({"locations": [f"{BANK}/reports"]}, {"locations": None}, {"until": "2020-01-01"}),
        *({"until": 20300101}, {"locations": f"{BANK}/wallet"}),
    ],
)
def test_what_was_not_shared_is_not_read(bank, changed):
    refused = read(bank, "/wallet/me/balance", entry(**changed))

    assert (refused.status_code, refused.json["code"]) == (403, "not_shared")


def test_a_room_is_shared_by_its_own_action(bank):
    mine = entry(locations=[f"{BANK}/reports"], actions=["transactions"])

    assert read(bank, "/reports/transactions/me", mine).status_code == 200
    assert read(bank, "/reports/usage/me", entry()).json["code"] == "not_shared"


@asvs("10.3.2")
@rfc("9396", "9.1")
@pytest.mark.parametrize("path", ["payees", "keys", "limits"])
def test_what_its_owner_has_settled_is_shared_with_no_app_that_is_narrowed(bank, path):
    refused = read(bank, f"/wallet/me/{path}", entry(actions=["balance", "transactions"]))

    assert (refused.status_code, refused.json["code"]) == (403, "not_shared")
    assert read(bank, f"/wallet/me/{path}").status_code == 200


def test_any_entry_that_allows_it_suffices(bank):
    assert read(bank, "/wallet/me/balance", entry(until="2020-01-01"), entry()).status_code == 200


def test_details_of_another_kind_narrow_nothing(bank):
    other = {"type": "wallet_transfer", "amount": 1}

    assert read(bank, "/wallet/me/balance", other).status_code == 200
