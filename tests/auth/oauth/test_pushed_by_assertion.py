"""Requests pushed by clients that sign who they are, as FAPI 2.0 asks (RFC 9126 §2, RFC 7523)."""

import pytest

from app.auth.interactions import pushed_requests
from app.foundation import clock
from tests.auth.oauth import asserting, signing
from tests.support import steps
from tests.support.marks import abuse, behaviour, rfc


@pytest.fixture
def database_kind():
    """Assertions are read in the process: one database tells."""
    return "postgresql"


@pytest.fixture
def strict(server):
    """An application in the shape of FAPI 2.0: it pushes, and signs by ES256."""
    return asserting.app(server, **asserting.STRICT)


def push(browser, app, **more):
    """Push the plain request of ``app`` with an assertion; return the response."""
    return asserting.post(browser, app, "/oauth/par", **steps.asking(app).to_dict() | more)


@behaviour(78)
@rfc("9126", "2")
def test_what_is_pushed_with_an_assertion_leads_to_a_code(browser, strict, ana):
    answer = push(browser, strict, state="pushed")
    assert answer.status_code == 201, answer.text

    opened = steps.open_pushed(browser, strict, answer.json["request_uri"])

    assert steps.walk(browser, opened, ana).answer["state"] == "pushed"


@behaviour(75)
@rfc("FAPI 2.0", "5.3.2.1")
def test_a_strict_client_pushes_for_the_issuer_alone(browser, server, strict):
    issuer = server.config["ISSUER"]

    for audience in ([issuer], f"{issuer}/oauth/par", f"{issuer}/oauth/token", "x"):
        refused = push(browser, strict, claims={"aud": audience})
        steps.refused(refused, "invalid_client", 401)

    assert push(browser, strict).status_code == 201


@behaviour(76)
@rfc("9126", "2")
def test_another_client_may_mean_either_endpoint(browser, server):
    app, issuer = asserting.app(server), server.config["ISSUER"]

    for audience in (issuer, [issuer], f"{issuer}/oauth/par", f"{issuer}/oauth/token"):
        assert push(browser, app, claims={"aud": audience}).status_code == 201


@behaviour(77)
@pytest.mark.parametrize("name", ["iat", "nbf"])
def test_a_clock_a_little_ahead_pushes_and_one_far_ahead_does_not(
    browser, strict, held_clock, name
):
    now = clock.seconds()

    assert push(browser, strict, claims={name: now + 8}).status_code == 201
    steps.refused(push(browser, strict, claims={name: now + 61}), "invalid_client", 401)


@abuse("J-07")
def test_an_assertion_pushes_once(browser, strict):
    once = {"claims": {"jti": "once"}}

    assert push(browser, strict, **once).status_code == 201
    steps.refused(push(browser, strict, **once), "invalid_client", 401)


@rfc("9126", "2.1")
def test_no_assertion_is_kept_with_what_was_pushed(browser, server, strict):
    request_uri = push(browser, strict).json["request_uri"]

    with server.app_context():
        kept = pushed_requests.find(request_uri, strict.client_id)

    assert kept == steps.asking(strict).to_dict()


@rfc("9101", "10.8")
def test_neither_passes_for_the_other(browser, server, strict):
    now = clock.seconds()
    both = {"jti": "both", "sub": strict.client_id, "iat": now, "exp": now + 60}
    token = signing.request_object(strict, server, header={"typ": "JWT"}, **both)

    refused = push(browser, strict, request=token)

    steps.refused(refused, "invalid_request_object")
    plain = signing.request_object(strict, server, jti="plain")
    form = {"client_assertion_type": asserting.TYPE, "client_assertion": plain, "request": plain}
    answer = browser.post("/oauth/par", data=steps.asking(strict, **form))
    steps.refused(answer, "invalid_client", 401)
