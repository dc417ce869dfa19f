"""Scopes for machines of others: the operator gives them, to who signs for itself alone."""

import pytest

from app.auth.clients import metadata, registration
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import register_client
from app.foundation.database import kept
from tests.auth.clients.conftest import public
from tests.auth.oauth import asserting
from tests.support import factories, steps
from tests.support.marks import abuse, mission

CALLBACK = "https://shop.example/callback"
MACHINE = {
    "client_name": "Rede de caixas",
    "grant_types": ["client_credentials"],
    "response_types": [],
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": {"keys": [public("ES256", "k1")]},
    "scope": "atm:validate",
}
APPS = [
    {"token_endpoint_auth_method": "client_secret_basic"},
    {"grant_types": ["client_credentials", "authorization_code"], "redirect_uris": [CALLBACK]},
    {"grant_types": ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"]},
    {"grant_types": ["urn:ietf:params:oauth:grant-type:device_code"]},
]


@pytest.fixture
def server(create_house):
    house = create_house("auth")
    factories.keys(house)
    return house


@pytest.fixture
def database_kind():
    """What may be registered has nothing to do with the database."""
    return "sqlite"


@mission("S108")
def test_a_machine_draws_a_token_of_its_own_for_the_bank(server):
    with server.app_context(), kept(db):
        made = register_client.register(MACHINE, scopes=scopes.EVERY)
    app = factories.App(made["client_id"], None, "private_key_jwt", made)

    own = {"grant_type": "client_credentials"}
    answer = asserting.post(server.test_client(), app, "/oauth/token", **own)

    claims = steps.claims_of(answer.json["access_token"])
    assert claims["sub"] == claims["client_id"] == app.client_id
    assert (claims["aud"], claims["scope"]) == (server.config["BANK_AUDIENCE"], "atm:validate")


@abuse("C-09")
@mission("S108")
@pytest.mark.parametrize("described", APPS, ids=str)
def test_no_other_client_may_have_one_even_from_the_operator(server, described):
    with server.app_context():
        found = [(r.member, r.rule) for r in metadata.refusals(MACHINE | described, scopes.EVERY)]

    assert ("scope", "machine") in found


@abuse("C-09")
@mission("S108")
def test_nobody_registers_for_one_alone(server):
    answer = server.test_client().post("/oauth/register", json=MACHINE)

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_client_metadata")


@abuse("C-09")
def test_no_person_is_ever_asked_for_one(server):
    browser, app = server.test_client(), factories.app(server)

    assert steps.arrival(steps.ask(browser, app, scope="atm:validate")).error == "invalid_scope"


def test_they_are_not_among_the_scopes_that_apps_are_told_of(server):
    told = server.test_client().get("/.well-known/openid-configuration").json

    assert "atm:validate" not in told["scopes_supported"]


def test_a_machine_whose_description_changes_keeps_them(server):
    with server.app_context(), kept(db):
        made = register_client.register(MACHINE, scopes=scopes.EVERY)
        changed = MACHINE | {"client_name": "Rede"}
        register_client.change(made["client_id"], changed, scopes=scopes.EVERY)
        told = registration.answer(registration.get(made["client_id"]))

    assert told["scope"] == "atm:validate"
