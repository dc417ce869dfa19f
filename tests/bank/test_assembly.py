"""The bank put together: which rooms are open, and that nothing is fetched on the way."""

import pytest

from tests.support.marks import mission


def test_opening_the_bank_asks_nobody(bank):
    assert bank.issuer.asked.total() == 0


def test_a_room_nobody_knows_keeps_the_bank_shut(open_bank):
    with pytest.raises(SystemExit, match="BANK_ROOMS"):
        open_bank(BANK_ROOMS="wallet,walet")
    with pytest.raises(SystemExit, match="BANK_ROOMS"):
        open_bank(BANK_ROOMS=" ")


@mission("S85")
def test_every_route_of_a_room_says_which_scope_it_requires(bank):
    views = bank.app.view_functions
    inside = [name for name in views if name.startswith(("wallet.", "atm."))]

    assert {views[name].requires for name in inside} == {
        *("wallet:read", "wallet:transfer", "atm:withdraw", "atm:validate")
    }


def test_the_bank_is_alive_and_ready(bank):
    client = bank.app.test_client()

    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").json["checks"] == {"database": "ok"}
