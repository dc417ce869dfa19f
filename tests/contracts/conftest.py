"""A server of its own for each document: what it prints names people who are nobody else here."""

import pytest

from tests.auth.api.conftest import furnish
from tests.auth.api.phone import Phone


@pytest.fixture
def server(create_house):
    """The authorization server, with the documents' clients; no context is open."""
    return furnish(create_house("auth"))


@pytest.fixture
def phone(server):
    """Somebody's phone, with an old app on it."""
    return Phone(server)
