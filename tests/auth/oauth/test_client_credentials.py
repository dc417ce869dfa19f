"""A client for itself: no person, no refresh token (RFC 6749 §4.4)."""

import pytest

from tests.support import factories, steps
from tests.support.marks import abuse, behaviour, rfc


def own_token(browser, app, **fields):
    """Ask for a client's own token; return the response."""
    return steps.post(browser, app, "/oauth/token", grant_type="client_credentials", **fields)


@behaviour(84, 86, 105)
@rfc("6749", "4.4.3")
def test_the_answer_is_an_access_token_alone(browser, app):
    answer = own_token(browser, app, scope="wallet:read")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json) == {"access_token", "token_type", "expires_in", "scope"}


@rfc("9068", "2.2")
def test_the_token_speaks_of_the_client_and_of_nobody(browser, app, server):
    token = own_token(browser, app, scope="wallet:read").json["access_token"]

    claims = steps.claims_of(token)
    assert claims["sub"] == claims["client_id"] == app.client_id
    assert claims["aud"] == server.config["BANK_AUDIENCE"]
    assert set(claims) == {"iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope"}


def test_without_a_scope_it_gets_its_own_and_none_of_people(browser, app):
    scope = own_token(browser, app).json["scope"].split()

    assert "wallet:read" in scope
    assert not {"openid", "profile", "email", "offline_access"} & set(scope)


@abuse("R-19")
@pytest.mark.parametrize("scope", ["openid", "offline_access", "email wallet:read", "admin", "x"])
def test_scopes_of_people_and_unknown_ones_are_refused(browser, app, scope):
    steps.refused(own_token(browser, app, scope=scope), "invalid_scope")


@abuse("R-19")
def test_a_scope_that_is_not_the_clients_is_refused(browser, server):
    app = factories.app(server, scope="wallet:read")

    steps.refused(own_token(browser, app, scope="wallet:read wallet:transfer"), "invalid_scope")


@rfc("8707", "2")
@pytest.mark.parametrize("room", ["", "/wallet"])
def test_a_resource_narrows_the_audience(browser, app, server, room):
    resource = server.config["BANK_AUDIENCE"] + room

    answer = own_token(browser, app, scope="wallet:read", resource=resource)

    assert steps.claims_of(answer.json["access_token"])["aud"] == resource


@rfc("8707", "2")
@pytest.mark.parametrize("resource", ["https://evil.example/", "x", "/payments", "BANK/atm"])
def test_a_resource_that_the_scope_does_not_open_is_refused(browser, app, server, resource):
    resource = resource.replace("BANK", server.config["BANK_AUDIENCE"])

    steps.refused(own_token(browser, app, scope="wallet:read", resource=resource), "invalid_target")


@rfc("8707", "2")
def test_two_resources_are_one_too_many(browser, app, server):
    bank = server.config["BANK_AUDIENCE"]
    both = [f"{bank}/wallet", f"{bank}/reports"]

    answer = own_token(browser, app, scope="wallet:read reports:read", resource=both)

    steps.refused(answer, "invalid_target")


def test_it_opens_no_userinfo(browser, app):
    token = own_token(browser, app, scope="wallet:read").json["access_token"]

    answer = steps.userinfo(browser, token)

    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_it_can_be_introspected_and_revoked(browser, app):
    token = own_token(browser, app, scope="wallet:read").json["access_token"]
    assert steps.introspect(browser, app, token).json["active"]

    assert steps.revoke(browser, app, token).status_code == 200

    assert steps.introspect(browser, app, token).json == {"active": False}


@rfc("6749", "3.3")
def test_a_token_that_opens_nothing_tells_no_empty_scope(browser, server):
    app = factories.app(server, scope="openid email")

    answer = own_token(browser, app)

    assert answer.status_code == 200
    assert "scope" not in answer.json
    assert "scope" not in steps.claims_of(answer.json["access_token"])
    steps.refused(own_token(browser, app, scope=" "), "invalid_scope")
