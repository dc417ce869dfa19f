"""Scopes for services of our own: the operator gives them, to services alone."""

import pytest

from app.auth.clients import metadata, registration
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import register_client
from app.foundation.database import kept
from tests.auth.internal.conftest import SERVICE, Service
from tests.support import factories, steps
from tests.support.marks import abuse

BANK = "http://localhost:3000/bank"
CALLBACK = "https://shop.example/callback"
APPS = [
    {"audiences": []},
    {"grant_types": ["client_credentials", "authorization_code"], "redirect_uris": [CALLBACK]},
    {"grant_types": ["client_credentials", "urn:ietf:params:oauth:grant-type:device_code"]},
]


@pytest.fixture
def database_kind():
    """What may be registered has nothing to do with the database."""
    return "sqlite"


@abuse("C-09")
@pytest.mark.parametrize("scope", scopes.INTERNAL)
@pytest.mark.parametrize("described", APPS, ids=str)
def test_no_app_may_have_one_even_from_the_operator(scope, described):
    told = SERVICE | {"audiences": [BANK]} | described | {"scope": f"wallet:read {scope}"}

    found = [(r.member, r.rule) for r in metadata.refusals(told, scopes.EVERY)]

    assert ("scope", "internal") in found


@abuse("C-09")
@pytest.mark.parametrize("scope", scopes.INTERNAL)
def test_nobody_registers_for_one_alone(browser, scope):
    told = {"redirect_uris": [CALLBACK], "scope": f"openid {scope}"}

    answer = browser.post("/oauth/register", json=told)

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_client_metadata")


@abuse("C-09")
@pytest.mark.parametrize("scope", scopes.INTERNAL)
def test_no_person_is_ever_asked_for_one(browser, server, scope):
    app = factories.app(server)

    assert steps.arrival(steps.ask(browser, app, scope=scope)).error == "invalid_scope"


def test_they_are_published_nowhere(browser):
    for path in ("/.well-known/openid-configuration", "/openapi.json"):
        text = browser.get(path).text
        assert not any(scope in text for scope in scopes.INTERNAL)
        assert "/internal/" not in text


def test_a_service_whose_description_changes_keeps_them(server, bank):
    with server.app_context(), kept(db):
        client_id = bank.app.client_id
        stood = {n: v for n, v in bank.app.described.items() if n in SERVICE | {"audiences": 0}}
        register_client.change(client_id, stood | {"client_name": "B"}, scopes=scopes.EVERY)
        told = registration.answer(registration.get(client_id))

    assert set(told["scope"].split()) == set(SERVICE["scope"].split())


def test_their_token_is_for_this_house(server):
    claims = steps.claims_of(Service(server).token())

    assert claims["aud"] == server.config["ISSUER"]
    assert set(claims["scope"].split()) == set(SERVICE["scope"].split())
