"""The issuer's keys: when they are fetched, how often, and what happens without them."""

import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from joserfc.jwk import ECKey

from app.resource_server import issuer as issuers
from app.resource_server import jwks
from tests.resource_server.issuer import Issuer
from tests.support.marks import asvs, mission, rfc


def add_key(issuer, kid):
    key = ECKey.generate_key("P-256", {"kid": kid, "alg": "ES256", "use": "sig"})
    issuer.published.append(key.as_dict(private=False))
    issuer.keys["ES256"] = key
    return key


@pytest.fixture
def later(monkeypatch):
    """Let seconds pass for the key set: ``later(61)``."""
    passed = []
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + sum(passed))
    monkeypatch.setattr(jwks, "time", clock)
    return passed.append


def test_making_an_app_fetches_nothing(make_api, issuer):
    issuer.wire.cut = True

    make_api()

    assert issuer.asked.total() == 0


@asvs("15.4.1")
def test_fifty_first_requests_fetch_once(make_api, issuer):
    api = make_api()
    token = issuer.token()

    def ask(_):
        return api.test_client().get("/things", headers={"Authorization": f"Bearer {token}"})

    with ThreadPoolExecutor(50) as pool:
        statuses = {answer.status_code for answer in pool.map(ask, range(50))}

    assert statuses == {200}
    assert (issuer.asked["metadata"], issuer.asked["keys"]) == (1, 1)


def test_an_unknown_key_is_looked_for_every_five_seconds_at_most(ask, issuer, later):
    ask(issuer.token())
    add_key(issuer, "new")

    at_once = ask(issuer.token()).status_code
    fetched_at_once = issuer.asked["keys"]
    later(6)
    afterwards = ask(issuer.token()).status_code

    assert (at_once, fetched_at_once) == (401, 1)
    assert (afterwards, issuer.asked["keys"]) == (200, 2)


def test_who_comes_while_a_new_key_is_fetched_waits_for_it(make_api, issuer, later):
    api = make_api()

    def ask(token):
        return api.test_client().get("/things", headers={"Authorization": f"Bearer {token}"})

    ask(issuer.token())
    add_key(issuer, "new")
    later(61)
    issuer.wire.slow = 0.2
    with ThreadPoolExecutor(10) as pool:
        statuses = [answer.status_code for answer in pool.map(ask, [issuer.token()] * 10)]

    assert statuses == [200] * 10
    assert issuer.asked["keys"] == 2


def test_a_key_set_that_could_not_be_renewed_says_nothing_of_a_new_key(ask, issuer, later):
    known = issuer.token()
    ask(known)
    add_key(issuer, "new")
    later(61)
    issuer.wire.cut = True

    assert ask(issuer.token()).status_code == 503
    assert ask(issuer.token()).headers["Retry-After"]
    assert ask(known).status_code == 200
    issuer.wire.cut = False
    time.sleep(issuers._BREATH_SECONDS)
    later(6)
    assert ask(issuer.token()).status_code == 200


@mission("S118")
def test_a_key_withdrawn_is_forgotten_in_five_seconds_with_the_tokens_known_to_be_its(
    ask, issuer, later
):
    known = issuer.token()
    assert ask(known).status_code == 200
    issuer.published[:] = [key for key in issuer.published if key["kid"] != "key-ES256"]
    later(6)

    assert ask(known).status_code == 401
    assert ask(issuer.token()).status_code == 401


def test_one_waits_for_an_issuer_that_hangs_and_the_others_go_on(make_api, issuer, later):
    api = make_api()
    token = issuer.token()

    def ask(_):
        began = time.monotonic()
        answer = api.test_client().get("/things", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, time.monotonic() - began

    ask(0)
    later(6)
    issuer.wire.slow = 3
    with ThreadPoolExecutor(10) as pool:
        told = list(pool.map(ask, range(10)))

    assert {status for status, _ in told} == {200}
    assert sum(seconds >= 3 for _, seconds in told) == 1
    assert issuer.asked["keys"] == 2


def test_without_any_key_set_nothing_is_believed(ask, issuer):
    issuer.wire.cut = True

    answer = ask(issuer.token())

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_the_issuer_may_come_later_than_the_api(ask, issuer, monkeypatch):
    monkeypatch.setattr(issuers, "_BREATH_SECONDS", 0)
    issuer.wire.cut = True
    first = ask(issuer.token()).status_code
    issuer.wire.cut = False

    assert (first, ask(issuer.token()).status_code) == (503, 200)


def test_a_failed_connection_is_not_tried_again_at_once(ask, issuer):
    issuer.wire.cut = True
    ask(issuer.token())
    issuer.wire.cut = False

    assert ask(issuer.token()).status_code == 503
    assert issuer.asked.total() == 0


def test_with_the_issuer_away_old_keys_serve_for_an_hour(ask, issuer, monkeypatch):
    ask(issuer.token())
    issuer.wire.cut = True
    monkeypatch.setattr(jwks, "_FRESH_SECONDS", 0)
    monkeypatch.setattr(jwks, "_RETRY_SECONDS", 0)

    within = ask(issuer.token()).status_code
    monkeypatch.setattr(jwks, "_STALE_SECONDS", 0)
    beyond = ask(issuer.token()).status_code

    assert (within, beyond) == (200, 503)


@rfc("8414", "3.3")
def test_metadata_of_another_issuer_is_not_believed(ask, issuer):
    issuer.named = "https://evil.example"

    assert ask(issuer.token()).status_code == 503
    assert issuer.asked["keys"] == 0


@rfc("8414", "3.1")
def test_metadata_is_looked_for_before_the_issuers_path(make_api):
    deep = Issuer("https://issuer.example/tenant/one")

    assert issuers.metadata_url(deep.url) == (
        "https://issuer.example/.well-known/oauth-authorization-server/tenant/one"
    )


@rfc("7517", "5")
def test_keys_we_cannot_use_are_passed_over(ask, issuer):
    issuer.published[:0] = [
        {"kty": "future", "kid": "a"},
        {"kty": "EC", "kid": "b", "crv": "P-256", "x": "!", "y": "!"},
        {"kty": "RSA", "kid": "c", "use": "enc"},
        {"kty": "EC"},
        "text",
    ]

    assert ask(issuer.token()).status_code == 200
