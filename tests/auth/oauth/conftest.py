"""The server that these tests share, and who comes to it.

A test draws its own people and applications, so one database of each kind serves them all. Where
a test needs settings or keys of its own it makes a server with ``create_house``.
"""

import pytest

from tests.support import factories, shared


@pytest.fixture(scope="session")
def opened(databases):
    """Return the shared server on a kind of database, opened at the first question."""
    with shared.servers(databases) as opened:
        yield opened


@pytest.fixture
def server(opened, database_kind):
    """The authorization server, with keys; no context is open."""
    return opened(database_kind)


@pytest.fixture
def browser(server):
    """A browser that has never been here."""
    return server.test_client()


@pytest.fixture
def ana(server):
    """A person."""
    return factories.person(server, name="Ana Souza")


@pytest.fixture
def bia(server):
    """Another person."""
    return factories.person(server, name="Bia Lima")


@pytest.fixture
def app(server):
    """An application that keeps a secret, and sends it in the Basic header."""
    return factories.app(server)


@pytest.fixture
def public_app(server):
    """An application that can keep no secret."""
    return factories.app(server, "none")


@pytest.fixture
def other_app(server):
    """Another application that keeps a secret."""
    return factories.app(server)
