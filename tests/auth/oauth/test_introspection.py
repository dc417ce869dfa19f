"""Introspection tells those who may know, and to anyone else nothing (RFC 7662)."""

import pytest

from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, mission, rfc

INACTIVE = {"active": False}


@pytest.fixture
def answer(browser, app, ana):
    """The tokens of a grant for the bank."""
    return steps.tokens(browser, app, ana, scope="openid wallet:read offline_access")


@mission("S133")
@rfc("7662", "2.2")
def test_a_client_is_told_of_its_own_access_token(browser, app, ana, server, answer):
    response = steps.introspect(browser, app, answer["access_token"])

    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    told = response.json
    assert told["active"] is True
    assert told["token_type"] == "Bearer"
    assert (told["iss"], told["sub"]) == (server.config["ISSUER"], ana.sub)
    assert (told["client_id"], told["aud"]) == (app.client_id, server.config["BANK_AUDIENCE"])
    assert told["scope"] == answer["scope"]
    assert told["exp"] == told["iat"] + 900
    assert told | steps.claims_of(answer["access_token"]) == told


@rfc("7662", "2.2")
def test_a_client_is_told_of_its_own_refresh_token(browser, app, ana, answer):
    told = steps.introspect(browser, app, answer["refresh_token"]).json

    assert told["active"] is True
    assert told["client_id"] == app.client_id
    assert told["sub"] == ana.sub
    assert told["scope"] == answer["scope"]
    assert "token_type" not in told


@mission("S133")
@mission("S6")
@abuse("M-08")
@rfc("7662", "4")
def test_a_resource_server_is_told_of_its_audience_alone(browser, app, server, ana, answer):
    bank_audience = server.config["BANK_AUDIENCE"]
    bank, wallet, shop = (
        factories.app(server, audiences=[audience])
        for audience in (bank_audience, f"{bank_audience}/wallet", "https://shop.example")
    )
    narrow = steps.tokens(
        browser, app, ana, scope="wallet:read", resource=f"{bank_audience}/wallet"
    )["access_token"]

    def told(caller, token):
        return steps.introspect(browser, caller, token).json["active"]

    wide = answer["access_token"]
    assert told(bank, wide)
    assert told(bank, narrow)
    assert told(wallet, narrow)
    assert not told(wallet, wide)
    assert not told(shop, wide)
    assert not told(shop, narrow)


@abuse("M-08")
def test_an_audience_is_no_prefix_of_another_word(browser, app, server, answer):
    near = factories.app(server, audiences=[server.config["BANK_AUDIENCE"][:-1], "", "http"])

    assert steps.introspect(browser, near, answer["access_token"]).json == INACTIVE


@asvs("15.3.1")
@abuse("M-08")
def test_nobody_but_its_client_is_told_of_a_refresh_token(browser, server, other_app, answer):
    bank = factories.app(server, audiences=[server.config["BANK_AUDIENCE"]])

    for stranger in (other_app, bank):
        assert steps.introspect(browser, stranger, answer["refresh_token"]).json == INACTIVE


@asvs("10.4.10")
@abuse("M-08")
@rfc("7662", "2.1")
def test_who_does_not_authenticate_is_told_nothing(browser, app, public_app, answer):
    token = answer["access_token"]
    wrong = factories.App(app.client_id, "x" * 43, app.method, app.described)
    for caller in (wrong, public_app):
        steps.refused(steps.introspect(browser, caller, token), "invalid_client", 401)
    steps.refused(browser.post("/oauth/introspect", data={"token": token}), "invalid_client", 401)
    bearer = {"Authorization": f"Bearer {token}"}
    answer = browser.post("/oauth/introspect", data={"token": token}, headers=bearer)
    steps.refused(answer, "invalid_client", 401)


@rfc("7662", "2.1")
@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense", "", "é" * 500])
def test_a_hint_is_only_a_hint(browser, app, answer, hint):
    for name in ("access_token", "refresh_token"):
        told = steps.introspect(browser, app, answer[name], token_type_hint=hint)
        assert told.json["active"] is True


@abuse("M-08")
@pytest.mark.parametrize(
    "token",
    ["x", "a.b.c", "e30.e30.e30", "é", "." * 50_000, "a" * 60_000, f"rft_{'0' * 25}.1.{'x' * 43}"],
    ids=len,
)
def test_what_is_no_token_is_inactive(browser, app, token):
    response = steps.introspect(browser, app, token)

    assert (response.status_code, response.json) == (200, INACTIVE)


def other(part):
    """The same but for one character in the middle, all of whose bits count."""
    middle = len(part) // 2
    return part[:middle] + ("A" if part[middle] != "A" else "B") + part[middle + 1 :]


@abuse("M-08")
def test_a_tampered_token_is_inactive_and_nothing_more_is_told(browser, app, answer):
    head, body, signature = answer["access_token"].split(".")
    for token in (f"{head}.{body}.{other(signature)}", f"{head}.{other(body)}.{signature}"):
        assert steps.introspect(browser, app, token).json == INACTIVE


@pytest.mark.parametrize("token", [None, ""])
def test_a_missing_token_is_told(browser, app, token):
    steps.refused(steps.introspect(browser, app, token), "invalid_request")


def test_an_id_token_is_no_access_token(browser, app, answer):
    assert steps.introspect(browser, app, answer["id_token"]).json == INACTIVE


@behaviour(86)
def test_an_expired_token_is_inactive(browser, app, ana, held_clock):
    answer = steps.tokens(browser, app, ana)
    held_clock.shift(899)
    assert steps.introspect(browser, app, answer["access_token"]).json["active"]

    held_clock.shift(1)

    assert steps.introspect(browser, app, answer["access_token"]).json == INACTIVE


def test_a_refresh_token_that_turned_over_is_inactive(browser, app, answer):
    steps.refresh(browser, app, answer["refresh_token"])

    assert steps.introspect(browser, app, answer["refresh_token"]).json == INACTIVE


def test_asking_changes_nothing(browser, app, answer):
    for _ in range(3):
        steps.introspect(browser, app, answer["refresh_token"])

    assert steps.refresh(browser, app, answer["refresh_token"]).status_code == 200
