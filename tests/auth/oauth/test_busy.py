"""When too much is asked, or something the server stands on is away: wait, and say so."""

import pytest

from tests.auth.oauth.inputs import FORMS
from tests.support import factories, steps
from tests.support.marks import asvs, behaviour, rfc


@pytest.fixture
def database_kind():
    """What goes away here is PostgreSQL."""
    return "postgresql"


def own_token(server, app):
    """Ask for a client's own token; return the response."""
    fields = {"grant_type": "client_credentials", "scope": "wallet:read"}
    return steps.post(server.test_client(), app, "/oauth/token", **fields)


def busy(answer, status):
    """Assert that a posted endpoint asks to come back later."""
    steps.refused(answer, "temporarily_unavailable", status)
    assert int(answer.headers["Retry-After"]) > 0


@asvs("2.4.1")
@rfc("6585", "4")
def test_a_client_that_asks_too_often_waits_and_nobody_else_does(create_house):
    server = create_house("auth", RATE_LIMITS="on", CLIENT_RATE_LIMIT="3/minute")
    factories.keys(server)
    app, other_app = factories.app(server), factories.app(server)
    assert [own_token(server, app).status_code for _ in range(3)] == [200] * 3

    busy(own_token(server, app), 429)

    assert own_token(server, other_app).status_code == 200
    assert steps.introspect(server.test_client(), app, "x").status_code == 200


@rfc("9126", "2.3")
def test_a_client_that_pushes_too_often_waits(create_house):
    server = create_house("auth", RATE_LIMITS="on", CLIENT_RATE_LIMIT="3/minute")
    factories.keys(server)
    app, other_app = factories.app(server), factories.app(server, "none")
    browser = server.test_client()
    assert [steps.push(browser, app).status_code for _ in range(3)] == [201] * 3

    busy(steps.push(browser, app), 429)

    assert steps.push(browser, other_app).status_code == 201


def test_wrong_secrets_do_not_use_up_a_clients_turn(create_house):
    server = create_house("auth", RATE_LIMITS="on", CLIENT_RATE_LIMIT="3/minute")
    factories.keys(server)
    app = factories.app(server)
    wrong = factories.App(app.client_id, "x" * 43, app.method, app.described)

    assert {own_token(server, wrong).status_code for _ in range(5)} == {401}

    assert own_token(server, app).status_code == 200


def test_without_the_counting_store_nothing_is_issued(create_house):
    server = create_house("auth", RATE_LIMITS="on", REDIS_URL="redis://127.0.0.1:1/0")
    factories.keys(server)
    app = factories.app(server)

    busy(own_token(server, app), 503)

    assert server.test_client().get("/oauth/jwks").status_code == 200


@behaviour(84)
def test_without_its_database_every_endpoint_asks_to_come_back(
    new_database, create_house, databases
):
    url = new_database("auth", "postgresql")
    server = create_house("auth", url=url, CACHE_SECONDS=0)
    factories.keys(server)
    app = factories.app(server)
    browser = server.test_client()
    token = steps.tokens(browser, app, factories.person(server))["access_token"]
    databases.remove(url)

    for path in FORMS:
        busy(steps.post(browser, app, path, grant_type="client_credentials", token="x"), 503)
    assert steps.userinfo(browser, token).status_code == 503
    page = steps.ask(browser, app)
    assert page.status_code == 503
    assert page.mimetype == "text/html"
    assert "Location" not in page.headers
    for path in ("/oauth/jwks", "/.well-known/openid-configuration"):
        assert browser.get(path).status_code == 503, path


def test_without_a_key_of_the_clients_algorithm_it_is_asked_to_come_back(create_house):
    server = create_house("auth")
    factories.keys(server)
    app = factories.app(server)
    factories.lose_keys(server)

    busy(own_token(server, app), 503)


def test_a_key_that_is_away_uses_up_no_code(create_house):
    server = create_house("auth")
    factories.keys(server)
    app, ana = factories.app(server), factories.person(server)
    browser = server.test_client()
    code = steps.authorize(browser, app, ana).code
    factories.lose_keys(server)

    busy(steps.exchange(browser, app, code), 503)
    factories.keys(server)

    assert steps.exchange(browser, app, code).status_code == 200
