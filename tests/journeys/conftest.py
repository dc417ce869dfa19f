"""What journeys need: people with money, and apps."""

import json
import secrets
from dataclasses import dataclass

import pytest

from tests.support import typed

FUNDED_MINOR = 100_000  # R$ 1.000,00


@dataclass(frozen=True)
class Person:
    """Someone with an account and a wallet."""

    email: str
    password: str
    sub: str
    id: int


@dataclass(frozen=True)
class App:
    """A registered client."""

    client_id: str
    client_secret: str
    redirect_uri: str


@pytest.fixture(scope="session")
def register(live_server, tmp_path_factory):
    """Register a client at the live server from its RFC 7591 metadata; return the answer."""
    folder = tmp_path_factory.mktemp("clients")

    def run(described):
        file = folder / f"{secrets.token_hex(4)}.json"
        file.write_text(json.dumps(described))
        return live_server.auth("clients", "register", "--file", file)

    return run


@pytest.fixture(scope="session")
def new_person(live_server):
    """Make people at the live server: ``new_person()`` has R$ 1.000,00."""

    def new():
        name = secrets.token_hex(6)
        person = {"email": f"{name}@example.com", "password": f"uma frase {name} longa"}
        options = [part for key, value in person.items() for part in (f"--{key}", value)]
        made = live_server.auth("people", "create", *options, "--name", "Ana Souza", "--verified")
        live_server.bank("wallets", "fund", made["sub"], FUNDED_MINOR, "--user-id", made["id"])
        return Person(**person, sub=made["sub"], id=made["id"])

    return new


@pytest.fixture(scope="session")
def person(new_person):
    """Ana, for journeys that spend little and lock nobody out."""
    return new_person()


@pytest.fixture(scope="session")
def new_app(register):
    """Register apps at the live server: ``new_app(redirect_uris=[…])``."""

    def new(**described):
        described = {
            "client_name": "Cofrinho",
            "redirect_uris": ["http://localhost:9/callback"],
            "post_logout_redirect_uris": ["http://localhost:9/"],
            "grant_types": ["authorization_code", "refresh_token"],
            "scope": "openid profile email offline_access wallet:read wallet:transfer",
            **described,
        }
        made = register(described)
        back = described["redirect_uris"][0] if described["redirect_uris"] else ""
        return App(made["client_id"], made.get("client_secret", ""), back)

    return new


@pytest.fixture(scope="session")
def third_party(new_app):
    """An app of somebody else, at an address where nobody listens."""
    return new_app()


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """What ``make run`` serves, for documents to be typed beside."""
    server = typed.Served(tmp_path_factory.mktemp("served"))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture
def shell(served):
    """A second terminal in the same folder."""
    opened = typed.Shell(served.folder, served.environment)
    yield opened
    opened.close()
