"""A service of the house's own, as it calls the addresses that are for services."""

import pytest

from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import register_client
from app.foundation.database import kept
from tests.support import factories, shared, steps

SERVICE = {
    "client_name": "Portaria Bank",
    "grant_types": ["client_credentials"],
    "response_types": [],
    "scope": "people:resolve notices:send",
}


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


class Service:
    """A service of ours: its client, and what it asks with a token of its own."""

    def __init__(self, server, **described):
        self.browser = server.test_client()
        told = SERVICE | {"audiences": [server.config["BANK_AUDIENCE"]]} | described
        with server.app_context(), kept(db):
            made = register_client.register(told, scopes=scopes.EVERY)
        self.app = factories.App(
            made["client_id"], made["client_secret"], "client_secret_basic", made
        )

    def token(self, **fields):
        """Draw a token of its own."""
        fields = {"grant_type": "client_credentials"} | fields
        answer = steps.post(self.browser, self.app, "/oauth/token", **fields)
        assert answer.status_code == 200, answer.text
        return answer.json["access_token"]

    def ask(self, path, body, token=None):
        """POST ``body`` to an internal address."""
        shown = {"Authorization": f"Bearer {token or self.token()}"}
        return self.browser.post(f"/internal/{path}", json=body, headers=shown)

    def resolve(self, **named):
        """Ask who is meant."""
        return self.ask("people/resolve", named)


@pytest.fixture
def bank(server):
    """The bank, as a client."""
    return Service(server)
