"""What is done leaves one line of each kind in the record, whatever route or command does it (S86).

The table is held against every test of the suite (`tests/support/told.py`); here it is held
against the routes, the commands and the catalogue.
"""

import pytest

from app.auth.audit import events
from app.bank import records
from tests.auth import stage
from tests.support import told
from tests.support.marks import asvs, mission

BANKS = {value for name, value in vars(records).items() if name.isupper() and ":" in str(value)}
CATALOGUES = {"auth": set(events.CATALOGUE), "bank": BANKS}


@pytest.fixture
def database_kind():
    """What may be written is said of the program."""
    return "sqlite"


@mission("S86")
@asvs("16.2.1")
@pytest.mark.parametrize("house", told.RECORDS)
def test_every_route_and_command_that_may_change_something_says_what_it_writes(house, create_house):
    assert told.names(create_house(house)) == set(told.table(house))


@mission("S86")
@pytest.mark.parametrize("house", told.RECORDS)
def test_each_writes_events_of_the_catalogue_or_says_why_none(house):
    for name, allowed in told.table(house).items():
        if isinstance(allowed, str):
            assert allowed.startswith("it ") or len(allowed) > 20, name
        else:
            named = [event.removesuffix(told.MANY) for event in allowed if event != told.NOTHING]
            assert len(set(named)) == len(named) > 0, name
            assert set(named) <= CATALOGUES[house], name


@mission("S86")
def test_what_is_written_twice_or_not_at_all_is_found():
    once, many = "session:browser:opened", "session:browser:ended"

    assert told.fits([once, many, many], [once, f"{many}*"])
    assert not told.fits([once, once], [once, f"{many}*"])
    assert not told.fits([], [once])
    assert told.fits([], [once, told.NOTHING])
    assert told.fits([], "it reads")
    assert not told.fits([once], "it reads")
    assert not told.fits([once], [many])


def test_who_writes_something_else_is_found_out(auth_app, monkeypatch):
    with auth_app.app_context():
        stage.make_keys()
    monkeypatch.setattr(told, "table", lambda house: {"keys list": ["key:signing:created"]})

    assert auth_app.test_cli_runner().invoke(args=["keys", "list"]).exit_code == 0

    with pytest.raises(AssertionError, match="keys list wrote nothing"):
        told.check(auth_app)
    auth_app.extensions.pop("told")
