"""Live answers: asked, believed for seconds, and never guessed."""

import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from app.resource_server import introspection, remembered
from app.resource_server import issuer as issuers
from tests.support.marks import abuse, rfc


@pytest.fixture
def live(make_api):
    """Return a function that shows a token to the live route, believing answers so long."""
    clients = {}

    def live(token, seconds=5, **trust):
        name = (seconds, *trust.items())
        if name not in clients:
            clients[name] = make_api(live_seconds=seconds, **trust).test_client()
        return clients[name].get("/live", headers={"Authorization": f"Bearer {token}"})

    return live


@rfc("7662", "2.1")
@rfc("6749", "2.3.1")
def test_the_issuer_is_asked_as_a_client_whose_name_and_secret_are_encoded(live, issuer):
    answer = live(issuer.token())

    assert answer.status_code == 200
    assert issuer.asked["introspection"] == 1


@abuse("M-15")
def test_a_token_that_ended_is_refused_at_once_when_nothing_is_remembered(live, issuer):
    token = issuer.token()
    before = live(token, seconds=0).status_code
    issuer.end(token)

    after = live(token, seconds=0)

    assert (before, after.status_code) == (200, 401)
    assert 'error="invalid_token"' in after.headers["WWW-Authenticate"]


@abuse("M-15")
def test_a_token_that_ended_is_refused_after_the_seconds_of_the_cache(live, issuer, monkeypatch):
    passed = [time.monotonic()]
    clock = SimpleNamespace(monotonic=lambda: sum(passed))
    for module in (introspection, remembered):
        monkeypatch.setattr(module, "time", clock)
    token = issuer.token()
    live(token)
    issuer.end(token)

    passed.append(4.9)
    assert live(token).status_code == 200
    passed.append(0.2)
    assert live(token).status_code == 401


def test_an_answer_is_believed_for_seconds(live, issuer):
    token = issuer.token()

    for _ in range(5):
        live(token)

    assert issuer.asked["introspection"] == 1


def test_one_answer_says_nothing_of_another_token(live, issuer):
    good, ended = issuer.token(), issuer.token()
    issuer.end(ended)

    assert [live(good).status_code, live(ended).status_code] == [200, 401]


def test_forty_threads_with_one_token_ask_once(make_api, issuer):
    api = make_api()
    token = issuer.token()

    def ask(_):
        return api.test_client().get("/live", headers={"Authorization": f"Bearer {token}"})

    with ThreadPoolExecutor(40) as pool:
        statuses = {answer.status_code for answer in pool.map(ask, range(40))}

    assert statuses == {200}
    assert issuer.asked["introspection"] == 1


def test_what_cannot_be_verified_is_never_asked_about(live, issuer):
    live(issuer.token(iss="https://evil.example"))
    live("a.b.c")

    assert issuer.asked["introspection"] == 0


def test_a_route_that_believes_tokens_does_not_ask(ask, issuer):
    token = issuer.token()
    issuer.end(token)

    assert ask(token).status_code == 200
    assert issuer.asked["introspection"] == 0


def test_with_the_issuer_away_a_live_route_is_closed(live, issuer, monkeypatch):
    monkeypatch.setattr(issuers, "_BREATH_SECONDS", 0)
    token = issuer.token()
    live(token, seconds=0)
    issuer.wire.cut = True

    closed = live(token, seconds=0)
    issuer.wire.cut = False

    assert closed.status_code == 503
    assert live(token, seconds=0).status_code == 200


def test_a_failure_is_not_remembered_as_an_answer(live, issuer, monkeypatch):
    monkeypatch.setattr(issuers, "_BREATH_SECONDS", 0)
    token = issuer.token()
    live(issuer.token())
    issuer.wire.cut = True
    live(token)
    issuer.wire.cut = False

    assert live(token).status_code == 200


def test_with_a_wrong_secret_a_live_route_is_closed(live, issuer):
    answer = live(issuer.token(), client_secret="wrong")

    assert answer.status_code == 503
    assert "wrong" not in answer.get_data(as_text=True)
