"""The server these tests share, with the documents' clients, and phones that call it."""

import pytest

from app.auth.clients import documents
from app.auth.database import db
from app.foundation.database import kept
from tests.auth.api.phone import Phone
from tests.support import factories, shared


def furnish(server):
    """Give ``server`` keys and the documents' clients; return it."""
    factories.keys(server)
    with server.app_context(), kept(db):
        documents.ensure()
    return server


@pytest.fixture(scope="session")
def opened(databases):
    """Return the shared server on a kind of database, opened at the first question."""
    with shared.servers(databases, furnish) as opened:
        yield opened


@pytest.fixture
def server(opened, database_kind):
    """The authorization server; no context is open."""
    return opened(database_kind)


@pytest.fixture
def own_server(create_house):
    """Make a server with settings of its own."""
    return lambda **settings: furnish(create_house("auth", **settings))


@pytest.fixture
def phone(server):
    """Somebody's phone, with an old app on it."""
    return Phone(server)


@pytest.fixture
def ana(server):
    """A person whose e-mail address is proved."""
    return factories.person(server, name="Ana Souza", verified=True)
