"""Requests are pushed by clients that prove themselves, and checked at once (RFC 9126 §2)."""

import pytest
from sqlalchemy import select, text

from app.auth.database import db
from app.auth.interactions.models import PushedRequest
from app.foundation import digests
from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, rfc

METHODS = ("client_secret_basic", "client_secret_post", "none")


def row(server, request_uri):
    """Return what is kept of a pushed request, column by column, or None."""
    with server.app_context():
        which = PushedRequest.uri_digest == digests.of(request_uri)
        found = db.session.execute(select(PushedRequest.__table__).where(which)).one_or_none()
        return found and found._asdict()


@behaviour(70)
@rfc("9126", "2.2")
def test_a_pushed_request_gets_an_address_of_256_bits_for_a_minute(browser, app):
    answers = [steps.push(browser, app) for _ in range(3)]

    for answer in answers:
        assert answer.status_code == 201
        assert answer.mimetype == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"
        assert set(answer.json) == {"request_uri", "expires_in"}
        assert answer.json["expires_in"] == 60
        secret = answer.json["request_uri"].removeprefix("urn:ietf:params:oauth:request_uri:")
        assert len(secret) == 43
    assert len({answer.json["request_uri"] for answer in answers}) == 3


def test_how_long_it_is_good_is_a_setting(create_house):
    server = create_house("auth", PUSHED_REQUEST_SECONDS=90)
    factories.keys(server)

    answer = steps.push(server.test_client(), factories.app(server))

    assert answer.json["expires_in"] == 90


@behaviour(61, 78)
@rfc("9126", "2")
@pytest.mark.parametrize("method", METHODS)
def test_what_was_pushed_leads_to_tokens_however_its_client_proves_itself(
    browser, server, ana, method
):
    app = factories.app(server, method)
    request_uri = steps.pushed(browser, app, state="pushed", nonce="n-1")

    arrived = steps.walk(browser, steps.open_pushed(browser, app, request_uri), ana)

    assert set(arrived.answer) == {"code", "state", "iss"}
    assert arrived.address.startswith(f"{app.redirect_uri}?")
    assert arrived.answer["state"] == "pushed"
    answer = steps.exchange(browser, app, arrived.code)
    assert answer.status_code == 200
    assert steps.claims_of(answer.json["id_token"])["nonce"] == "n-1"


@behaviour(71)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_nothing_is_pushed_by_another_method(browser, app, method):
    headers, _ = steps.credentials(app)

    answer = browser.open("/oauth/par", method=method, data=steps.asking(app), headers=headers)

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@asvs("10.4.10")
@abuse("R-11")
@behaviour(78)
@rfc("9126", "2.3")
@pytest.mark.parametrize("wrong", ["no secret", "wrong secret", "wrong method", "unknown"])
def test_a_client_that_keeps_a_secret_must_show_it(browser, app, wrong):
    headers = {
        "no secret": {},
        "wrong secret": {"Authorization": steps.basic(app.client_id, "x" * 43)},
        "wrong method": {},
        "unknown": {"Authorization": steps.basic("nobody", app.client_secret)},
    }[wrong]
    form = steps.asking(app)
    if wrong == "wrong method":
        form["client_secret"] = app.client_secret

    steps.refused(browser.post("/oauth/par", data=form, headers=headers), "invalid_client", 401)


@abuse("R-11")
def test_a_client_switched_off_pushes_nothing(browser, app, server):
    factories.disable(server, app)

    steps.refused(steps.push(browser, app), "invalid_client", 401)


def test_a_client_removed_a_moment_ago_pushes_nothing(browser, app, server):
    steps.pushed(browser, app)  # the server knows it for some seconds
    with server.app_context():
        db.session.execute(text("DELETE FROM clients WHERE id = :id"), {"id": app.client_id})
        db.session.commit()

    steps.refused(steps.push(browser, app), "invalid_client", 401)


@abuse("R-11")
@behaviour(72)
@rfc("9126", "2.1")
@pytest.mark.parametrize("uri", ["https://evil.example/r", "urn:ietf:params:oauth:request_uri:x"])
def test_no_request_uri_is_pushed(browser, app, uri):
    steps.refused(steps.push(browser, app, request_uri=uri), "invalid_request")
    again = steps.push(browser, app, request_uri=steps.pushed(browser, app))
    steps.refused(again, "invalid_request")


@behaviour(67, 73, 74)
@rfc("9126", "2.3")
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": None, "scope": "profile"}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/cb"}, "invalid_request"),
        ({"redirect_uri": ["https://evil.example/cb"] * 2}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "nothing"}, "invalid_scope"),
        ({"state": ["a", "b"]}, "invalid_request"),
        ({"resource": "https://evil.example/"}, "invalid_target"),
        ({"resource": ["https://a.example/", "https://b.example/"]}, "invalid_target"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"nonce": "x" * 2001}, "invalid_request"),
        ({"id_token_hint": "x"}, "invalid_request"),
        ({"request": "x"}, "invalid_request_object"),
    ],
    ids=str,
)
def test_what_would_be_refused_later_is_refused_at_once_and_never_redirected(
    browser, app, wrong, error
):
    steps.refused(steps.push(browser, app, **wrong), error)


def test_a_scope_that_is_not_the_clients_cannot_be_pushed(browser, server):
    small = factories.app(server, scope="openid email")

    steps.refused(steps.push(browser, small, scope="openid wallet:transfer"), "invalid_scope")


def test_a_client_without_the_code_grant_pushes_nothing(browser, server):
    machine = factories.app(server, grant_types=["client_credentials"])

    steps.refused(steps.push(browser, machine), "unauthorized_client")


@rfc("9126", "7.1")
def test_only_what_is_asked_is_kept_and_only_the_digest_of_its_address(browser, server):
    app = factories.app(server, "client_secret_post")
    answer = steps.push(browser, app, state="s", password="hunter2", other="x", client_assertion="")

    kept = row(server, answer.json["request_uri"])

    assert kept["client_id"] == app.client_id
    assert kept["used_at"] is None
    for secret in (answer.json["request_uri"][-43:], app.client_secret, "hunter2", "assertion"):
        assert secret not in str(kept)
    assert '"state": "s"' in kept["parameters"]
    assert '"other"' not in kept["parameters"]


@asvs("10.4.13")
@behaviour(60)
@rfc("9126", "6")
def test_a_client_that_must_push_is_refused_a_plain_request(browser, server, ana):
    app = factories.app(server, require_pushed_authorization_requests=True)

    arrived = steps.arrival(steps.ask(browser, app))

    assert arrived.error == "invalid_request"
    assert arrived.address.startswith(f"{app.redirect_uri}?")
    assert arrived.answer["state"] == "s-1"
    evil = steps.ask(browser, app, redirect_uri="https://evil.example/cb")
    steps.told(evil, "invalid_request")
    pushed = steps.open_pushed(browser, app, steps.pushed(browser, app))
    assert steps.walk(browser, pushed, ana).code


@asvs("10.4.13")
@behaviour(60)
@rfc("9126", "5")
def test_a_server_that_insists_refuses_every_plain_request(create_house):
    server = create_house("auth", PUSHED_REQUESTS_REQUIRED=True)
    factories.keys(server)
    browser, app, ana = server.test_client(), factories.app(server), factories.person(server)

    assert steps.arrival(steps.ask(browser, app)).error == "invalid_request"
    posted = steps.follow(browser, steps.ask(browser, app, method="POST"))
    assert steps.arrival(posted).error == "invalid_request"
    pushed = steps.open_pushed(browser, app, steps.pushed(browser, app))
    assert steps.walk(browser, pushed, ana).code
