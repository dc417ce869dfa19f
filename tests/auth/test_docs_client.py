"""The public client of ``/docs`` is registered where the page is, and only there."""

import json

import pytest

from app.auth import docs_client
from app.auth.clients import registration, registry
from app.auth.database import db
from app.foundation.database import kept
from app.foundation.problems import NotFound
from tests.auth import stage
from tests.support import pairs


def ensure(app, **changed):
    with app.app_context(), kept(db):
        docs_client.ensure({"API_DOCS": "on", "ISSUER": app.config["ISSUER"]} | changed)


def stands(app):
    with app.app_context():
        return json.loads(registration.get(docs_client.CLIENT_ID).described)


def test_it_is_public_by_code_alone_and_comes_back_to_its_own_page(auth_app):
    ensure(auth_app)
    ensure(auth_app)

    described = stands(auth_app)

    assert described["token_endpoint_auth_method"] == "none"
    assert described["grant_types"] == ["authorization_code"]
    assert described["redirect_uris"] == ["http://localhost:3000/docs/oauth2-redirect.html"]
    assert "offline_access" not in described["scope"]
    with auth_app.app_context():
        assert registry.find(docs_client.CLIENT_ID).needs_pkce


def test_it_follows_the_issuer(auth_app):
    ensure(auth_app)

    ensure(auth_app, ISSUER="https://id.bank.example")

    back = stands(auth_app)["redirect_uris"]
    assert back == ["https://id.bank.example/docs/oauth2-redirect.html"]


def test_it_goes_when_the_documentation_is_switched_off_whoever_starts_first(auth_app):
    ensure(auth_app)

    with pairs.reused():
        got = stage.all_at_once(auth_app, lambda _: ensure(auth_app, API_DOCS="off"), 4)
    ensure(auth_app, API_DOCS="off")

    assert got == [None] * 4
    with pytest.raises(NotFound):
        stands(auth_app)
