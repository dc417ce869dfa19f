"""An API behind our gate, with nothing but the key set, takes our tokens whatever keys do."""

import os
import time
import uuid

import httpx
import pytest
import time_machine
from flask import Flask, jsonify
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.auth.keys import jose
from app.foundation import clock
from app.resource_server import ResourceServer, Trust, current_token
from tests.support import factories, forging, pairs, steps
from tests.support.marks import behaviour, rfc

SOAK = bool(os.environ.get("SOAK"))
NOON = 1_800_000_000
ROTATE, STRANGER = ("rotate", None), ("stranger", None)
SPANS = st.sampled_from([0, 1, 4, 5, 6, 59, 60, 61, 74, 75, 76, 299, 300, 301, 314, 315, 316, 3601])
STEPS = st.one_of(st.just(ROTATE), st.just(STRANGER), st.tuples(st.just("pass"), SPANS))


@pytest.fixture
def database_kind():
    """What an API believes has nothing to do with our database."""
    return "sqlite"


class Asked(httpx.BaseTransport):
    """The way to the server, which remembers what was asked."""

    def __init__(self, server):
        self._inside = httpx.WSGITransport(app=server)
        self.paths = []

    def handle_request(self, asked):
        self.paths.append(asked.url.path)
        return self._inside.handle_request(asked)


class Api:
    """An API that trusts ``server``."""

    def __init__(self, server):
        self.asked = Asked(server)
        app, gate = Flask("api"), ResourceServer()

        @app.get("/wallet")
        @gate.require("wallet:read")
        def wallet():
            return jsonify(who=current_token.subject)

        trust = Trust(server.config["ISSUER"], server.config["BANK_AUDIENCE"])
        gate.init_app(app, trust, transport=self.asked)
        self._visitor = app.test_client()

    def show(self, token):
        """Show a token; return the answer."""
        return self._visitor.get("/wallet", headers={"Authorization": f"Bearer {token}"})


def minted(server, alg):
    """Return a fresh access token of ours for the API."""
    now = clock.seconds()
    claims = {"iss": server.config["ISSUER"], "aud": server.config["BANK_AUDIENCE"]}
    claims |= {"sub": "app", "client_id": "app", "jti": uuid.uuid4().hex, "scope": "wallet:read"}
    claims |= {"iat": now, "exp": now + 900}
    return factories.signed(server, claims, typ="at+jwt", alg=alg)


@behaviour(8, 109)
@rfc("9068", "4")
@pytest.mark.parametrize("alg", jose.ALGORITHMS)
def test_a_token_in_each_algorithm_opens_an_api_that_asks_for_the_key_set_alone(
    server, browser, alg, recwarn
):
    app = factories.app(server, scope="wallet:read", access_token_signed_response_alg=alg)
    answer = steps.post(browser, app, "/oauth/token", grant_type="client_credentials")
    token = answer.json["access_token"]
    api = Api(server)

    assert steps.header_of(token)["alg"] == alg
    assert api.show(token).json == {"who": app.client_id}
    assert api.show(forging.changed(token, sub="somebody else")).status_code == 401
    assert api.asked.paths == ["/.well-known/oauth-authorization-server", "/oauth/jwks"]
    assert not [one for one in recwarn if "EdDSA" in str(one.message)]


@pytest.fixture
def held_server(create_house, monkeypatch):
    """A server whose every clock is the one that is held."""
    monkeypatch.setattr(time, "monotonic", time.time)
    monkeypatch.setattr(jose, "import_key", pairs.parsed_once)
    monkeypatch.setattr(clock, "ticks", lambda: clock.now().timestamp())
    return create_house("auth")


@behaviour(25)
@settings(
    max_examples=300 if SOAK else 30,
    derandomize=not SOAK,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    schedule=st.lists(STEPS, min_size=2, max_size=40 if SOAK else 12),
    max_age=st.sampled_from([0, 30, 60, 300, 900]),
)
@example(schedule=[ROTATE, ROTATE, STRANGER, ("pass", 4), ("pass", 60)], max_age=0)
@example(schedule=[ROTATE, ("pass", 301), STRANGER, ROTATE, ROTATE, ("pass", 315)], max_age=300)
@example(schedule=[ROTATE, ROTATE, ("pass", 60), STRANGER, ("pass", 15)], max_age=30)
def test_no_schedule_of_rotations_makes_the_gate_refuse_a_fresh_token(
    held_server, schedule, max_age
):
    held_server.config["JWKS_MAX_AGE_SECONDS"] = max_age
    with time_machine.travel(NOON, tick=False) as held:
        factories.lose_keys(held_server)
        pairs.begin_again(held_server.config["AUTH_DATABASE_URL"])
        factories.keys(held_server)
        api = Api(held_server)

        for step, what in [STRANGER, *schedule]:
            if step == "pass":
                held.shift(what)
            elif step == "rotate":
                factories.rotate_keys(held_server)
            else:  # somebody makes the API look for a key that is not there
                unknown = forging.by_own_key(minted(held_server, "ES256"), inside=False, kid="x")
                assert api.show(unknown).status_code == 401
            for alg in jose.ALGORITHMS:
                assert api.show(minted(held_server, alg)).status_code == 200, (step, what, alg)
