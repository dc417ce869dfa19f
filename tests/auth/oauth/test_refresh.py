"""Refresh tokens turn over; an old one shown again ends its family (RFC 9700 §4.14.2)."""

import pytest

from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, mission, rfc


@pytest.fixture
def first(browser, app, ana):
    """The first token answer of a grant."""
    return steps.tokens(browser, app, ana, scope="openid profile email offline_access")


def turned(browser, app, refresh_token):
    """Turn a refresh token over; return the new token answer (dict)."""
    answer = steps.refresh(browser, app, refresh_token)
    assert answer.status_code == 200, answer.text
    return answer.json


def assert_dead(browser, app, *answers):
    """Assert that no token of ``answers`` is good any more."""
    for answer in answers:
        steps.refused(steps.refresh(browser, app, answer["refresh_token"]), "invalid_grant")
        assert steps.introspect(browser, app, answer["access_token"]).json == {"active": False}


@mission("S29", "S131")
@rfc("6749", "6")
@behaviour(84)
@abuse("T-15")
def test_a_refresh_token_brings_new_tokens_of_the_same_scope(browser, app, first):
    answer = steps.refresh(browser, app, first["refresh_token"])

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["scope"] == first["scope"]
    for name in ("access_token", "refresh_token", "id_token"):
        assert answer.json[name] != first[name]
    assert steps.userinfo(browser, answer.json["access_token"]).status_code == 200


@behaviour(102)
@rfc("OIDC Core", "12.2")
def test_the_new_id_token_speaks_of_the_same_sign_in(browser, app, ana, held_clock):
    first = steps.tokens(browser, app, ana, nonce="n-1")
    held_clock.shift(60)

    answer = steps.refresh(browser, app, first["refresh_token"], scope=first["scope"]).json

    before, after = steps.claims_of(first["id_token"]), steps.claims_of(answer["id_token"])
    for name in ("iss", "sub", "aud", "auth_time", "acr", "amr", "sid"):
        assert after[name] == before[name], name
    assert after["iat"] == before["iat"] + 60
    assert "nonce" not in after


@rfc("6749", "6")
def test_a_narrower_scope_is_for_this_access_token_alone(browser, app, first):
    narrow = steps.refresh(browser, app, first["refresh_token"], scope="email").json

    assert narrow["scope"] == "email"
    assert "id_token" not in narrow
    assert steps.claims_of(narrow["access_token"])["scope"] == "email"
    assert turned(browser, app, narrow["refresh_token"])["scope"] == first["scope"]


@asvs("10.4.11")
@pytest.mark.parametrize("scope", ["openid phone", "admin", "wallet:read", " "])
def test_more_than_was_granted_is_refused_and_turns_nothing(browser, app, first, scope):
    answer = steps.refresh(browser, app, first["refresh_token"], scope=scope)

    steps.refused(answer, "invalid_scope")
    assert steps.refresh(browser, app, first["refresh_token"]).status_code == 200


@asvs("10.4.5")
@abuse("M-01")
@rfc("9700", "4.14.2")
def test_a_reused_refresh_token_ends_its_family(browser, app, first):
    second = turned(browser, app, first["refresh_token"])
    third = turned(browser, app, second["refresh_token"])

    steps.refused(steps.refresh(browser, app, first["refresh_token"]), "invalid_grant")

    assert_dead(browser, app, first, second, third)


@abuse("M-01")
def test_a_lost_answer_is_given_again_within_29_seconds(browser, app, first, held_clock):
    second = turned(browser, app, first["refresh_token"])
    held_clock.shift(29)

    again = turned(browser, app, first["refresh_token"])

    assert again["refresh_token"] == second["refresh_token"]
    assert again["access_token"] != second["access_token"]
    assert steps.refresh(browser, app, second["refresh_token"]).status_code == 200


@abuse("M-01")
@pytest.mark.parametrize("swept", [False, True])
def test_after_31_seconds_the_old_token_is_a_reuse(browser, app, ana, server, held_clock, swept):
    first = steps.tokens(browser, app, ana)
    second = turned(browser, app, first["refresh_token"])
    held_clock.shift(31)
    if swept:
        assert server.test_cli_runner().invoke(args=["housekeeping", "run"]).exit_code == 0

    steps.refused(steps.refresh(browser, app, first["refresh_token"]), "invalid_grant")

    assert_dead(browser, app, first, second)


@abuse("M-01")
def test_once_the_successor_was_used_the_old_token_is_a_reuse_at_once(browser, app, first):
    second = turned(browser, app, first["refresh_token"])
    turned(browser, app, second["refresh_token"])

    steps.refused(steps.refresh(browser, app, first["refresh_token"]), "invalid_grant")

    assert_dead(browser, app, second)


def test_a_wrong_secret_is_only_refused(browser, app, first):
    family, generation, secret = first["refresh_token"].split(".")
    for value in (
        f"{family}.{generation}.{'x' * 43}",
        f"{family}.{int(generation) + 1}.{secret}",
        f"{family}.999999999.{secret}",
        f"rft_{'0' * 25}.{generation}.{secret}",
    ):
        steps.refused(steps.refresh(browser, app, value), "invalid_grant")

    second = turned(browser, app, first["refresh_token"])
    steps.refused(steps.refresh(browser, app, f"{family}.{generation}.{'x' * 43}"), "invalid_grant")
    assert steps.refresh(browser, app, second["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    "value",
    ["x", "x" * 43, "rft_.1.", "a.b.c", f"rft_{'0' * 25}.0.{'x' * 43}", "x" * 60_000, "é", "1\n2",
     f"rft_{'0' * 25}.99999999999.{'x' * 43}", f"rft_{'٠' * 25}.1.{'x' * 43}"],
)  # fmt: skip
def test_what_is_no_refresh_token_is_refused(browser, app, value):
    steps.refused(steps.refresh(browser, app, value), "invalid_grant")


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_refresh_token_is_told(browser, app, value):
    steps.refused(steps.refresh(browser, app, value), "invalid_request")


def test_an_access_token_is_no_refresh_token(browser, app, first):
    steps.refused(steps.refresh(browser, app, first["access_token"]), "invalid_grant")


@behaviour(91)
def test_another_client_is_refused_and_ends_nothing(browser, app, other_app, public_app, first):
    for stranger in (other_app, public_app):
        steps.refused(steps.refresh(browser, stranger, first["refresh_token"]), "invalid_grant")
    second = turned(browser, app, first["refresh_token"])
    steps.refused(steps.refresh(browser, other_app, first["refresh_token"]), "invalid_grant")

    assert steps.refresh(browser, app, second["refresh_token"]).status_code == 200


@abuse("T-10")
def test_a_confidential_client_cannot_refresh_without_its_secret(browser, app, first):
    naked = factories.App(app.client_id, None, "none", app.described)

    answer = steps.refresh(browser, naked, first["refresh_token"])

    steps.refused(answer, "invalid_client", 401)


@asvs("10.4.5")
@rfc("9700", "4.14.2")
def test_a_public_clients_refresh_token_turns_over_too(browser, public_app, ana):
    first = steps.tokens(browser, public_app, ana)
    second = turned(browser, public_app, first["refresh_token"])
    turned(browser, public_app, second["refresh_token"])

    steps.refused(steps.refresh(browser, public_app, first["refresh_token"]), "invalid_grant")


@asvs("10.4.8")
@mission("S33")
@pytest.mark.parametrize(("days", "status"), [(29.99, 200), (30.01, 400)])
def test_a_family_lives_thirty_days_however_often_it_turns(
    browser, app, ana, held_clock, days, status
):
    answer = steps.tokens(browser, app, ana, scope="openid offline_access")
    for _ in range(3):
        held_clock.shift(days * 86400 / 3)
        status_now = steps.refresh(browser, app, answer["refresh_token"])
        answer = status_now.json

    assert status_now.status_code == status


@abuse("M-12")
def test_a_restart_forgets_no_rotation(create_house, browser, app, first, server):
    second = turned(browser, app, first["refresh_token"])
    turned(browser, app, second["refresh_token"])
    restarted = create_house("auth", url=server.config["AUTH_DATABASE_URL"]).test_client()

    steps.refused(steps.refresh(restarted, app, first["refresh_token"]), "invalid_grant")

    steps.refused(steps.refresh(browser, app, second["refresh_token"]), "invalid_grant")
