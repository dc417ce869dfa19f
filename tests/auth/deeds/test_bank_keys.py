"""Which bank's keys a deed is known by: the one whose address was told, else the one at hand."""

import pytest

from app.auth.deeds.bank_keys import BankKeys
from app.foundation.problems import Unavailable
from tests.support import deeds


@pytest.fixture
def database_kind():
    """Keys have nothing to do with the database."""
    return "sqlite"


def nothing(environ, start_response):
    """A bank in this process, which publishes no key."""
    start_response("404 Not Found", [])
    return []


@pytest.fixture
def auth_request(auth_app):
    """What has a database to let go."""
    with auth_app.app_context():
        yield


def test_an_address_that_was_told_wins_over_the_bank_in_this_process(auth_request):
    with deeds.over_http() as bank:
        keys = BankKeys(bank.settings["BANK_KEYS_URL"], "https://api.example/bank/jwks")
        keys.within(nothing)

        assert keys.find("bank-1") is not None


def test_the_bank_in_this_process_is_asked_where_no_address_was_told(auth_request):
    keys = BankKeys("", "https://api.example/bank/jwks")
    keys.within(nothing)

    with pytest.raises(Unavailable):
        keys.find("bank-1")
