"""The code for tokens, once, by its own client, in time (RFC 6749 §4.1.3, §5.1)."""

import re

import pytest

from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, mission, rfc


@pytest.fixture
def code(browser, app, ana):
    """A code that Ana let the app have."""
    return steps.authorize(browser, app, ana).code


def assert_dead(browser, app, answer):
    """Assert that nothing of a token ``answer`` is good any more."""
    assert steps.introspect(browser, app, answer["access_token"]).json == {"active": False}
    assert steps.userinfo(browser, answer["access_token"]).status_code == 401
    steps.refused(steps.refresh(browser, app, answer["refresh_token"]), "invalid_grant")


@asvs("14.2.2", "14.3.2")
@mission("S29", "S32", "S33", "S131")
@rfc("6749", "5.1")
@behaviour(84, 86)
@abuse("T-15")
def test_a_code_brings_tokens_that_no_cache_keeps(browser, app, code):
    answer = steps.exchange(browser, app, code)

    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    fields = "access_token token_type expires_in scope refresh_token id_token"
    assert set(answer.json) == set(fields.split())
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 900
    assert answer.json["scope"] == steps.SCOPE


@behaviour(104)
def test_tokens_are_long_and_of_legal_characters(browser, app, code):
    answer = steps.exchange(browser, app, code).json

    assert re.fullmatch(r"[A-Za-z0-9._~+/-]+=*", answer["access_token"])
    assert re.fullmatch(r"[A-Za-z0-9._~+/-]+=*", answer["refresh_token"])
    assert len(answer["refresh_token"].rpartition(".")[2]) == 43
    assert len(steps.claims_of(answer["access_token"])["jti"]) >= 22


@asvs("10.4.2")
@abuse("T-01")
@behaviour(85, 87)
@rfc("6749", "4.1.2")
def test_a_code_used_twice_is_refused_and_ends_what_it_began(browser, app, code):
    first = steps.exchange(browser, app, code).json

    steps.refused(steps.exchange(browser, app, code), "invalid_grant")

    assert_dead(browser, app, first)


@abuse("T-01")
@behaviour(88)
def test_a_replay_is_noticed_half_a_minute_and_an_hour_later(browser, app, ana, server, held_clock):
    for seconds in (30, 3600):
        code = steps.authorize(browser, app, ana, prompt="login").code
        first = steps.exchange(browser, app, code).json
        held_clock.shift(seconds)
        assert server.test_cli_runner().invoke(args=["housekeeping", "run"]).exit_code == 0

        steps.refused(steps.exchange(browser, app, code), "invalid_grant")

        assert_dead(browser, app, first)


@abuse("T-01")
def test_a_replay_with_everything_else_wrong_is_a_replay_all_the_same(browser, app, code):
    first = steps.exchange(browser, app, code).json
    wrong = {"redirect_uri": "https://x.example/", "code_verifier": "x" * 43}

    steps.refused(steps.exchange(browser, app, code, **wrong), "invalid_grant")

    assert_dead(browser, app, first)


@abuse("T-04")
@behaviour(90)
def test_another_clients_code_is_refused_and_not_used_up(browser, app, other_app, code):
    steps.refused(steps.exchange(browser, other_app, code), "invalid_grant")

    assert steps.exchange(browser, app, code).status_code == 200


def test_a_used_code_shown_by_another_client_ends_nothing(browser, app, other_app, code):
    first = steps.exchange(browser, app, code).json

    steps.refused(steps.exchange(browser, other_app, code), "invalid_grant")

    assert steps.userinfo(browser, first["access_token"]).status_code == 200
    assert steps.refresh(browser, app, first["refresh_token"]).status_code == 200


@abuse("T-05")
@rfc("6749", "4.1.3")
@pytest.mark.parametrize("uri", [None, "", "https://app.cofrinho.example/", "https://evil/x"])
def test_the_redirect_uri_must_be_the_one_that_was_asked_with(browser, app, code, uri):
    steps.refused(steps.exchange(browser, app, code, redirect_uri=uri), "invalid_grant")

    assert steps.exchange(browser, app, code).status_code == 200


@asvs("10.4.3")
@behaviour(89)
@abuse("T-16")
@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (61, 400), (62, 400), (86400, 400)])
def test_a_code_lives_a_minute(browser, app, ana, held_clock, seconds, status):
    code = steps.authorize(browser, app, ana).code
    held_clock.shift(seconds)

    assert steps.exchange(browser, app, code).status_code == status


@pytest.mark.parametrize(
    "code", ["x", "x" * 43, "x" * 44, "é" * 43, "' OR 1=1 --", "x" * 50_000, "a\nb"]
)
def test_what_is_no_code_is_refused(browser, app, code):
    steps.refused(steps.exchange(browser, app, code), "invalid_grant")


@pytest.mark.parametrize("code", [None, ""])
def test_a_missing_code_is_told(browser, app, code):
    steps.refused(steps.exchange(browser, app, code), "invalid_request")


def test_a_code_is_good_for_nothing_after_the_person_left(browser, app, code):
    browser.get("/logout", headers=steps.HTML)
    page = steps.follow(browser, browser.get("/logout", headers=steps.HTML))
    steps.send(browser, page, decision="yes")

    steps.refused(steps.exchange(browser, app, code), "invalid_grant")


def test_a_code_of_a_disabled_client_is_good_for_nothing(browser, app, code, server):
    factories.disable(server, app)

    steps.refused(steps.exchange(browser, app, code), "invalid_client", 401)


@abuse("T-21")
@rfc("9068", "2.2")
def test_two_grants_of_one_second_are_two(browser, app, ana, held_clock):
    first, second = (steps.tokens(browser, app, ana) for _ in range(2))

    assert first["access_token"] != second["access_token"]
    assert first["refresh_token"] != second["refresh_token"]
    steps.revoke(browser, app, first["access_token"])
    assert steps.userinfo(browser, first["access_token"]).status_code == 401
    assert steps.userinfo(browser, second["access_token"]).status_code == 200


def test_without_the_refresh_grant_no_refresh_token_comes(browser, server, ana):
    app = factories.app(server, grant_types=["authorization_code"])

    assert "refresh_token" not in steps.tokens(browser, app, ana, scope="openid offline_access")


def test_without_openid_no_id_token_comes(browser, app, ana):
    assert "id_token" not in steps.tokens(browser, app, ana, scope="profile")


@asvs("10.4.4")
@abuse("T-13", "T-22")
@rfc("9700", "2.4")
@pytest.mark.parametrize(
    "grant_type",
    [
        *("password", "implicit", "none", "", None, "AUTHORIZATION_CODE", "authorization_code "),
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:openid:params:grant-type:ciba",
    ],
)
def test_a_grant_that_does_not_exist_here_is_refused(browser, app, ana, grant_type):
    answer = steps.post(
        browser,
        app,
        "/oauth/token",
        grant_type=grant_type,
        username=ana.email,
        password=ana.password,
        code="x",
    )

    steps.refused(answer, "unsupported_grant_type")


@asvs("10.4.4")
@abuse("T-13")
@rfc("6749", "5.2")
@pytest.mark.parametrize("grant_type", ["refresh_token", "client_credentials"])
def test_a_grant_the_client_is_not_registered_for_is_refused(browser, server, grant_type):
    app = factories.app(server, grant_types=["authorization_code"])

    answer = steps.post(browser, app, "/oauth/token", grant_type=grant_type, refresh_token="x")

    steps.refused(answer, "unauthorized_client")


@abuse("T-13")
def test_a_client_without_the_code_grant_is_refused_at_both_endpoints(browser, server):
    app = factories.app(server, grant_types=["client_credentials"])

    assert steps.arrival(steps.ask(browser, app)).error == "unauthorized_client"
    steps.refused(steps.exchange(browser, app, "x" * 43), "unauthorized_client")
