"""When a person is asked to sign in again, and when nobody may be asked (OIDC Core §3.1.2.1)."""

import pytest

from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, rfc


def auth_time(answer):
    """When the person signed in, as the ID token of a token ``answer`` tells."""
    return steps.claims_of(answer["id_token"])["auth_time"]


@asvs("7.6.2")
@behaviour(38)
@abuse("R-08")
@rfc("OIDC Core", "3.1.2.6")
def test_prompt_none_without_a_session_is_an_error_and_opens_nothing(browser, app, server):
    response = steps.ask(browser, app, prompt="none", state="s")

    arrived = steps.arrival(response)
    assert arrived.error == "login_required"
    assert arrived.answer["state"] == "s"
    assert arrived.answer["iss"] == server.config["ISSUER"]
    assert "session" not in str(response.headers.getlist("Set-Cookie"))


@behaviour(38, 57)
@abuse("R-08")
def test_prompt_none_before_consent_is_an_error_without_a_code(browser, app, other_app, ana):
    steps.authorize(browser, app, ana)

    arrived = steps.arrival(steps.ask(browser, other_app, prompt="none"))

    assert arrived.error == "consent_required"
    assert "code" not in arrived.answer


@behaviour(39, 115)
def test_prompt_none_after_consent_brings_a_code_at_once(browser, app, ana, held_clock):
    before = steps.tokens(browser, app, ana)
    held_clock.shift(60)

    arrived = steps.arrival(steps.ask(browser, app, prompt="none"))

    after = steps.exchange(browser, app, arrived.code).json
    told = steps.claims_of(after["id_token"])
    assert told["sub"] == steps.claims_of(before["id_token"])["sub"] == ana.sub
    assert told["auth_time"] == auth_time(before)


@behaviour(40, 115)
def test_prompt_login_asks_although_somebody_is_here(browser, app, ana, held_clock):
    before = steps.tokens(browser, app, ana)
    held_clock.shift(2)

    page = steps.follow(browser, steps.ask(browser, app, prompt="login"))
    assert steps.page_of(page) == "login"
    arrived = steps.walk(browser, page, ana)

    after = steps.exchange(browser, app, arrived.code).json
    assert auth_time(after) == auth_time(before) + 2
    ids = [steps.claims_of(answer["id_token"]) for answer in (before, after)]
    assert ids[0]["sub"] == ids[1]["sub"]
    assert ids[0]["sid"] == ids[1]["sid"]


def test_prompt_select_account_lets_another_person_in(browser, app, ana, bia):
    steps.authorize(browser, app, ana)

    answer = steps.tokens(browser, app, bia, prompt="select_account")

    assert steps.claims_of(answer["id_token"])["sub"] == bia.sub


@pytest.mark.parametrize("prompt", ["none login", "login none consent", "create", "NONE", "x"])
def test_prompts_that_contradict_or_are_unknown_are_refused(browser, app, prompt):
    arrived = steps.arrival(steps.ask(browser, app, prompt=prompt))

    assert arrived.error == "invalid_request"


def test_several_prompts_are_all_asked(browser, app, ana):
    steps.authorize(browser, app, ana)

    page = steps.follow(browser, steps.ask(browser, app, prompt="login consent"))
    assert steps.page_of(page) == "login"
    page = steps.sign_in(browser, page, ana)
    assert steps.page_of(page) == "consent"
    assert steps.walk(browser, page).code


@asvs("7.6.1")
@behaviour(41, 116)
def test_a_sign_in_older_than_max_age_is_asked_again(browser, app, ana, held_clock):
    before = steps.tokens(browser, app, ana)
    held_clock.shift(2)

    page = steps.follow(browser, steps.ask(browser, app, max_age="1"))
    assert steps.page_of(page) == "login"
    arrived = steps.walk(browser, page, ana)

    after = steps.exchange(browser, app, arrived.code).json
    assert auth_time(after) == auth_time(before) + 2


@behaviour(42, 116)
def test_a_sign_in_younger_than_max_age_will_do(browser, app, ana, held_clock):
    before = steps.tokens(browser, app, ana, max_age="10000")
    held_clock.shift(60)

    arrived = steps.arrival(steps.ask(browser, app, max_age="10000"))

    after = steps.exchange(browser, app, arrived.code).json
    assert auth_time(after) == auth_time(before)
    assert isinstance(auth_time(after), int)


def test_max_age_nought_asks_once_and_not_for_ever(browser, app, ana, held_clock):
    steps.authorize(browser, app, ana)

    page = steps.follow(browser, steps.ask(browser, app, max_age="0"))
    held_clock.shift(5)

    assert steps.walk(browser, page, ana).code


def test_max_age_with_prompt_none_is_an_error_when_too_old(browser, app, ana, held_clock):
    steps.authorize(browser, app, ana)
    held_clock.shift(11)

    refused = steps.arrival(steps.ask(browser, app, prompt="none", max_age="10"))

    assert refused.error == "login_required"


@pytest.mark.parametrize("age", ["-1", "1.5", "x", "9" * 10, "1 ", "١", "1e3", "+1"])
def test_a_max_age_that_is_no_number_of_seconds_is_refused(browser, app, age):
    assert steps.arrival(steps.ask(browser, app, max_age=age)).error == "invalid_request"


@asvs("7.3.1")
@behaviour(38)
def test_an_idle_session_is_over(browser, app, ana, server, held_clock):
    steps.authorize(browser, app, ana)
    held_clock.shift(server.config["SESSION_IDLE_SECONDS"] - 1)
    assert steps.arrival(steps.ask(browser, app, prompt="none")).code

    held_clock.shift(server.config["SESSION_IDLE_SECONDS"] + 1)

    assert steps.arrival(steps.ask(browser, app, prompt="none")).error == "login_required"


@asvs("7.3.2")
def test_a_busy_session_is_over_after_twelve_hours(browser, app, ana, server, held_clock):
    steps.authorize(browser, app, ana)
    for _ in range(24):
        held_clock.shift(1790)
        assert steps.arrival(steps.ask(browser, app, prompt="none")).code

    held_clock.shift(server.config["SESSION_SECONDS"] - 24 * 1790 + 1)

    assert steps.arrival(steps.ask(browser, app, prompt="none")).error == "login_required"


@behaviour(43)
@rfc("OIDC Core", "3.1.2.1")
def test_an_expired_id_token_is_a_good_hint(browser, app, ana, server, held_clock):
    hint = steps.tokens(browser, app, ana)["id_token"]
    held_clock.shift(server.config["SESSION_IDLE_SECONDS"] - 1)
    steps.authorize(browser, app)
    held_clock.shift(server.config["SESSION_IDLE_SECONDS"] - 1)
    steps.authorize(browser, app)
    held_clock.shift(10)

    arrived = steps.arrival(steps.ask(browser, app, prompt="none", id_token_hint=hint))

    assert arrived.code


@behaviour(43)
def test_a_hint_signed_by_an_older_key_is_good(create_house):
    server = create_house("auth")
    factories.keys(server)
    browser, app, ana = server.test_client(), factories.app(server), factories.person(server)
    hint = steps.tokens(browser, app, ana)["id_token"]
    for _ in range(3):
        factories.rotate_keys(server)

    arrived = steps.arrival(steps.ask(browser, app, prompt="none", id_token_hint=hint))

    assert arrived.code


def test_a_hint_at_somebody_else_is_answered_only_by_that_person(browser, app, ana, bia, server):
    hint = steps.tokens(server.test_client(), app, bia)["id_token"]
    steps.authorize(browser, app, ana)

    silent = steps.arrival(steps.ask(browser, app, prompt="none", id_token_hint=hint))
    assert silent.error == "login_required"

    page = steps.follow(browser, steps.ask(browser, app, id_token_hint=hint))
    assert steps.page_of(page) == "login"
    assert steps.walk(browser, page, bia).code


def test_a_hint_at_somebody_else_is_an_error_when_the_wrong_person_signs_in(
    browser, app, ana, bia, server
):
    hint = steps.tokens(server.test_client(), app, bia)["id_token"]

    page = steps.follow(browser, steps.ask(browser, app, id_token_hint=hint))

    assert steps.walk(browser, page, ana).error == "login_required"


def test_what_is_no_id_token_of_ours_to_this_client_is_no_hint(browser, app, other_app, ana):
    answer = steps.tokens(browser, other_app, ana)

    for hint in (answer["id_token"], answer["access_token"], "x", "a.b.c", "e30.e30."):
        arrived = steps.arrival(steps.ask(browser, app, id_token_hint=hint))
        assert arrived.error == "invalid_request"


def test_whoever_signs_in_on_the_way_is_who_the_code_is_for(browser, app, ana, bia):
    page = steps.follow(browser, steps.ask(browser, app))
    other_tab = steps.follow(browser, steps.ask(browser, app))
    steps.sign_in(browser, page, ana)

    consent = steps.follow(browser, steps.ask(browser, app, prompt="login"))
    steps.sign_in(browser, consent, bia)
    arrived = steps.walk(browser, browser.get(other_tab.request.path, headers=steps.HTML))

    told = steps.exchange(browser, app, arrived.code).json["id_token"]
    assert steps.claims_of(told)["sub"] == bia.sub
