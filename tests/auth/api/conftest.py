"""The server these tests share, with the documents' clients, and phones that call it."""

import pytest

from app.auth.clients import documents
from app.auth.database import db
from app.foundation.database import kept
from tests.auth.api.phone import Phone
from tests.support import factories, houses, parts
from tests.support.services import Missing


def furnished(server):
    """Give ``server`` keys and the documents' clients; return it."""
    factories.keys(server)
    with server.app_context(), kept(db):
        documents.ensure()
    return server


@pytest.fixture(scope="session")
def opened(databases):
    """Return the shared server on a kind of database, opened at the first question."""
    servers, urls = {}, []

    def open_on(kind):
        if kind not in servers:
            try:
                urls.append(databases.new("auth", kind))
            except Missing as why:
                parts.missing(kind, why)
            servers[kind] = furnished(houses.create("auth", urls[-1]))
        return servers[kind]

    yield open_on
    for server in servers.values():
        houses.close(server)
    for url in urls:
        databases.drop(url)


@pytest.fixture
def server(opened, database_kind):
    """The authorization server; no context is open."""
    return opened(database_kind)


@pytest.fixture
def own_server(create_house):
    """Make a server with settings of its own."""
    return lambda **settings: furnished(create_house("auth", **settings))


@pytest.fixture
def phone(server):
    """Somebody's phone, with an old app on it."""
    return Phone(server)


@pytest.fixture
def ana(server):
    """A person whose e-mail address is proved."""
    return factories.person(server, name="Ana Souza", verified=True)
