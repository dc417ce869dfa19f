"""The bank put together: which rooms are open, and that nothing is fetched on the way."""

import pytest

from app.bank import doors, readings
from tests.support.marks import asvs, mission


def test_opening_the_bank_asks_nobody(bank):
    assert bank.issuer.asked.total() == 0


def test_a_room_nobody_knows_keeps_the_bank_shut(open_bank):
    with pytest.raises(SystemExit, match="BANK_ROOMS"):
        open_bank(BANK_ROOMS="wallet,walet")
    with pytest.raises(SystemExit, match="BANK_ROOMS"):
        open_bank(BANK_ROOMS=" ")


@pytest.mark.parametrize(
    ("rooms", "told"), [("wallet, payments", True), ("wallet,payments", True), ("wallet", False)]
)
def test_the_gauge_of_payments_is_there_where_their_room_is_open(open_bank, rooms, told):
    with open_bank(BANK_ROOMS=rooms).app.app_context():
        assert bool(list(readings.payments())) is told


@asvs("8.2.1", "8.3.1")
@mission("S85")
def test_every_route_of_a_room_says_which_scope_it_requires(bank):
    rooms = {blueprint.name for room in doors.ROOMS.values() for blueprint in room}
    views = bank.app.view_functions.items()
    inside = {name: view for name, view in views if name.partition(".")[0] in rooms}

    assert len(inside) > 8
    assert all(view.requires for view in inside.values())


def test_the_bank_is_alive_and_ready(bank):
    client = bank.app.test_client()

    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").json["checks"] == {
        **{"serving": "ok", "database": "ok", "migrations": "ok"},
        "worker": "warning",
    }
