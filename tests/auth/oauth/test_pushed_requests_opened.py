"""What was pushed is opened by its client's people, and used up by one answer (RFC 9126 §4)."""

import pytest

from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import register_client
from app.foundation.database import kept
from tests.support import factories, steps
from tests.support.marks import abuse, behaviour, rfc


def page_for(browser, app, request_uri):
    """Open what was pushed; return the page it leads to."""
    return steps.follow(browser, steps.open_pushed(browser, app, request_uri))


@behaviour(61, 62)
@rfc("9126", "4")
def test_nothing_beside_the_request_uri_counts(browser, app, ana):
    request_uri = steps.pushed(browser, app, state="inside", nonce="inside", scope="openid")
    outside = {
        "state": "outside",
        "nonce": "outside",
        "redirect_uri": "https://evil.example/cb",
        "response_type": "token",
        "scope": "wallet:transfer",
        "prompt": "none",
        "code_challenge": "x",
        "request": "x",
        "max_age": "soon",
    }

    arrived = steps.walk(browser, steps.open_pushed(browser, app, request_uri, **outside), ana)

    assert arrived.answer["state"] == "inside"
    assert arrived.address.startswith(f"{app.redirect_uri}?")
    answer = steps.exchange(browser, app, arrived.code).json
    assert answer["scope"] == "openid"
    assert steps.claims_of(answer["id_token"])["nonce"] == "inside"


@behaviour(61)
def test_what_comes_twice_beside_it_does_not_count_either(browser, app, ana):
    opened = steps.open_pushed(browser, app, steps.pushed(browser, app), state=["a", "b"])

    arrived = steps.walk(browser, opened, ana)
    assert (arrived.error, arrived.answer["state"]) == (None, "s-1")


@behaviour(62)
def test_what_was_not_pushed_is_not_taken_from_outside(browser, app, ana):
    request_uri = steps.pushed(browser, app, state=None)

    opened = steps.open_pushed(browser, app, request_uri, state="x", nonce="y", prompt="none")

    arrived = steps.walk(browser, opened, ana)
    assert set(arrived.answer) == {"code", "iss"}
    answer = steps.exchange(browser, app, arrived.code).json
    assert "nonce" not in steps.claims_of(answer["id_token"])


def test_it_may_be_opened_by_a_posted_form(browser, app, ana):
    form = {"client_id": app.client_id, "request_uri": steps.pushed(browser, app)}

    posted = browser.post("/oauth/authorize", data=form, headers=steps.HTML)

    assert steps.walk(browser, posted, ana).code


@abuse("R-12")
@behaviour(66)
@rfc("9126", "7.3")
def test_another_clients_request_uri_is_refused(browser, app, other_app, server, ana):
    request_uri = steps.pushed(browser, app)
    twin = factories.app(server, redirect_uris=[app.redirect_uri])

    for stranger in (other_app, twin):
        steps.told(steps.open_pushed(browser, stranger, request_uri), "invalid_request_uri")

    assert steps.walk(browser, steps.open_pushed(browser, app, request_uri), ana).code


@abuse("R-12")
@pytest.mark.parametrize(
    "uri",
    [
        "urn:ietf:params:oauth:request_uri:",
        "urn:ietf:params:oauth:request_uri:" + "x" * 43,
        "urn:ietf:params:oauth:request_uri:" + "x" * 5000,
        "urn:ietf:params:oauth:request_uri:' OR 1=1 --",
        "urn:ietf:params:oauth:request_uri:é",
        "urn:ietf:params:oauth:request_uri:a\nb",
    ],
)
def test_a_request_uri_that_nobody_was_given_is_told_to_the_person(browser, app, uri):
    opened = steps.open_pushed(browser, app, uri, redirect_uri=app.redirect_uri, state="s")

    steps.told(opened, "invalid_request_uri")


@abuse("R-12")
def test_a_request_uri_changed_a_little_is_refused(browser, app):
    request_uri = steps.pushed(browser, app)

    for changed in (request_uri[:-1], request_uri + "A", request_uri.swapcase(), f"{request_uri} "):
        assert steps.open_pushed(browser, app, changed).status_code in {303, 400}
    twice = steps.open_pushed(browser, app, [request_uri, request_uri])

    steps.told(twice, "invalid_request_uri")


def test_without_its_client_nothing_is_opened(browser, app):
    request_uri = steps.pushed(browser, app)

    steps.told(steps.open_pushed(browser, app, request_uri, client_id=None), "invalid_client")
    twice = steps.open_pushed(browser, app, request_uri, client_id=[app.client_id] * 2)
    steps.told(twice, "invalid_client")


@abuse("R-12")
@behaviour(65)
@rfc("9126", "2.2")
def test_a_request_uri_is_good_for_a_minute_and_no_longer(browser, app, held_clock):
    request_uri = steps.pushed(browser, app)
    held_clock.shift(59)
    assert steps.page_of(page_for(browser, app, request_uri)) == "login"

    held_clock.shift(1)

    steps.told(steps.open_pushed(browser, app, request_uri), "invalid_request_uri")


@behaviour(65)
def test_a_journey_begun_in_time_goes_on_past_it(browser, app, ana, held_clock):
    page = page_for(browser, app, steps.pushed(browser, app))
    held_clock.shift(600)

    assert steps.walk(browser, page, ana).code


@behaviour(63)
def test_it_may_be_opened_again_before_anybody_has_signed_in(browser, app, ana):
    request_uri = steps.pushed(browser, app)
    first, reloaded, second = (page_for(browser, app, request_uri) for _ in range(3))
    assert {steps.page_of(page) for page in (first, reloaded, second)} == {"login"}

    assert steps.walk(browser, second, ana).code


@abuse("R-12")
@behaviour(64)
@rfc("9126", "7.3")
def test_it_is_used_up_by_the_code(browser, app, ana):
    request_uri = steps.pushed(browser, app)
    code = steps.walk(browser, steps.open_pushed(browser, app, request_uri), ana).code

    steps.told(steps.open_pushed(browser, app, request_uri), "invalid_request_uri")

    assert steps.exchange(browser, app, code).status_code == 200


@abuse("R-12")
@behaviour(64)
def test_it_is_used_up_by_a_code_that_needed_no_page(browser, app, ana):
    steps.authorize(browser, app, ana)
    request_uri = steps.pushed(browser, app)
    assert steps.arrival(steps.open_pushed(browser, app, request_uri)).code

    steps.told(steps.open_pushed(browser, app, request_uri), "invalid_request_uri")


@abuse("R-12")
@behaviour(64)
def test_of_two_tabs_only_the_first_to_finish_brings_a_code(browser, app, ana):
    request_uri = steps.pushed(browser, app)
    first, second = (page_for(browser, app, request_uri) for _ in range(2))
    assert steps.walk(browser, first, ana).code

    late = browser.get(second.request.path, headers=steps.HTML)
    late = steps.follow(browser, late)

    assert late.status_code == 409
    assert "Location" not in late.headers
    assert 'id="error-code">request_repeated<' in late.text


@behaviour(64)
def test_of_two_browsers_only_the_first_to_finish_brings_a_code(server, app, ana, bia):
    here, there = server.test_client(), server.test_client()
    request_uri = steps.pushed(here, app)
    mine, theirs = page_for(here, app, request_uri), page_for(there, app, request_uri)
    assert steps.walk(here, mine, ana).code

    page = steps.sign_in(there, theirs, bia)
    late = steps.send(there, page, decision="allow")

    assert late.status_code == 409
    assert "Location" not in late.headers


@behaviour(59)
def test_a_refusal_by_the_person_uses_it_up(browser, app, ana):
    request_uri = steps.pushed(browser, app, state="s")
    first, second = (page_for(browser, app, request_uri) for _ in range(2))
    refused = steps.walk(browser, first, ana, decision="deny")
    assert (refused.error, refused.answer["state"]) == ("access_denied", "s")

    steps.told(steps.open_pushed(browser, app, request_uri), "invalid_request_uri")
    page = steps.follow(browser, browser.get(second.request.path, headers=steps.HTML))
    assert steps.page_of(page) == "consent"
    for decision in ("deny", "allow"):
        late = steps.send(browser, page, decision=decision)
        assert late.status_code == 409


@behaviour(38)
def test_an_error_without_asking_anybody_uses_nothing_up(browser, app, ana):
    request_uri = steps.pushed(browser, app, prompt="none")
    assert steps.arrival(steps.open_pushed(browser, app, request_uri)).error == "login_required"
    steps.authorize(browser, app, ana)

    assert steps.arrival(steps.open_pushed(browser, app, request_uri)).code


def test_a_hint_at_another_person_ends_and_uses_up_the_request(browser, server, app, ana, bia):
    hint = steps.tokens(server.test_client(), app, bia)["id_token"]
    request_uri = steps.pushed(browser, app, id_token_hint=hint)
    page = page_for(browser, app, request_uri)

    arrived = steps.arrival(steps.sign_in(browser, page, ana))

    assert arrived.error == "login_required"
    steps.told(steps.open_pushed(browser, app, request_uri), "invalid_request_uri")


def test_an_address_unregistered_meanwhile_is_never_sent_to(browser, server, app):
    gone = factories.app(server, redirect_uris=["https://old.example/cb"])
    request_uri = steps.pushed(browser, gone)
    moved = gone.described | {"redirect_uris": ["https://new.example/cb"]}
    moved = {name: moved[name] for name in ("redirect_uris", "grant_types", "scope")}
    with server.app_context(), kept(db):
        register_client.change(gone.client_id, moved, scopes=scopes.CATALOGUE)

    steps.told(steps.open_pushed(browser, gone, request_uri), "invalid_request")


def test_the_page_of_a_used_request_speaks_to_people(browser, app):
    query = {"client_id": app.client_id, "request_uri": "urn:ietf:params:oauth:request_uri:x"}

    for tag, word in (("pt-BR", "Este pedido não vale mais"), ("en", "be used any more")):
        headers = steps.HTML | {"Accept-Language": tag}
        page = browser.get("/oauth/authorize", query_string=query, headers=headers)
        assert word in page.text
