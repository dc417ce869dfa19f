"""A small API behind the gate: a route that believes tokens, and one that asks."""

import pytest
from flask import Flask, jsonify

from app.resource_server import ResourceServer, Trust, current_token
from app.resource_server.step_up import InsufficientUserAuthentication
from tests.resource_server.issuer import CLIENT_ID, CLIENT_SECRET, Issuer


@pytest.fixture
def issuer():
    return Issuer()


@pytest.fixture
def make_api(issuer):
    """Return a function that makes the API, by default trusting the issuer."""

    def make(**trust):
        known = {"issuer": issuer.url, "audience": "https://api.example"}
        known |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        return _api(Trust(**(known | trust)), issuer.wire)

    return make


@pytest.fixture
def api(make_api):
    return make_api().test_client()


@pytest.fixture
def ask(api):
    """Return a function that shows a token to a path of the API."""

    def ask(token, path="/things"):
        return api.get(path, headers={"Authorization": f"Bearer {token}"})

    return ask


def _api(trust, transport):
    app = Flask("api")
    gate = ResourceServer()
    vault = gate.part("vault")

    @app.route("/things", methods=["GET", "POST"])
    @gate.require("read")
    def things():
        return jsonify(who=current_token.subject, app=current_token.client_id)

    @app.get("/live")
    @gate.require("read", live=True)
    def live():
        return jsonify(who=current_token.subject)

    @app.get("/people/<who>")
    @gate.require("read", owner="who")
    def person(who):
        return jsonify(who=who)

    @app.get("/vault")
    @vault.require("open")
    def opened():
        return jsonify(open=True)

    @app.get("/dear")
    @gate.require("read")
    def dear():
        raise InsufficientUserAuthentication(("strong", "stronger"), 300)

    gate.init_app(app, trust, transport=transport, parts=["vault"])
    return app
