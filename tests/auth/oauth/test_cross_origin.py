"""Scripts in a browser: which of them may ask, and read the answer (Fetch §3.2)."""

import pytest

from tests.support import factories, steps
from tests.support.marks import asvs, rfc

HOME = "https://spa.example"
ELSEWHERE = "https://evil.example"
ALLOWED = "Access-Control-Allow-Origin"
PREFLIGHT = {"Origin": ELSEWHERE, "Access-Control-Request-Method": "POST"}
CLIENTS_ASK = ("/oauth/token", "/oauth/revoke", "/oauth/par", "/oauth/userinfo")


@pytest.fixture
def spa(server):
    """An app that lives in a browser, at an origin of its own."""
    return factories.app(server, "none", redirect_uris=[f"{HOME}/callback"])


def redeemed(browser, app, ana, origin):
    code = steps.authorize(browser, app, ana).code
    form = {"grant_type": "authorization_code", "code": code, "client_id": app.client_id}
    form |= {"redirect_uri": app.redirect_uri, "code_verifier": steps.VERIFIER}
    return browser.post("/oauth/token", data=form, headers={"Origin": origin})


@asvs("3.4.2")
@pytest.mark.parametrize("path", ["/oauth/jwks", "/.well-known/openid-configuration"])
def test_documents_for_everybody_are_read_from_everywhere(browser, path):
    assert browser.get(path, headers={"Origin": ELSEWHERE}).headers[ALLOWED] == "*"
    assert browser.get(path).headers[ALLOWED] == "*"


@pytest.mark.parametrize("path", CLIENTS_ASK)
def test_a_browser_that_asks_whether_it_may_ask_is_told_how(browser, path):
    answer = browser.options(path, headers=PREFLIGHT)

    assert answer.status_code == 200
    assert answer.headers[ALLOWED] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@asvs("3.4.2")
@rfc("6749", "3.2")
def test_tokens_are_read_at_the_apps_own_origin_alone(browser, spa, ana):
    mine = redeemed(browser, spa, ana, HOME)
    assert (mine.status_code, mine.headers[ALLOWED], mine.headers["Vary"]) == (200, HOME, "Origin")

    for origin in (ELSEWHERE, f"{HOME}.evil.example", "https://spa.example:8443", "null"):
        other = redeemed(browser, spa, ana, origin)
        assert (other.status_code, other.headers.get(ALLOWED)) == (200, None), origin


def test_what_a_client_with_a_secret_is_granted_no_script_reads(browser, app):
    form = {"grant_type": "client_credentials", "client_id": app.client_id}
    proof, _ = steps.credentials(app)
    origin = app.redirect_uri.partition("/callback")[0]

    answer = browser.post("/oauth/token", data=form, headers=proof | {"Origin": origin})

    assert (answer.status_code, ALLOWED in answer.headers) == (200, False)


def test_a_refusal_is_read_from_everywhere_so_that_an_app_learns_what_is_wrong(browser, spa):
    answer = browser.post("/oauth/token", data={"x": "y"}, headers={"Origin": HOME})
    assert (answer.status_code, answer.headers[ALLOWED]) == (400, "*")

    expired = browser.get(
        "/oauth/userinfo", headers={"Origin": HOME, "Authorization": "Bearer x.y.z"}
    )
    assert (expired.status_code, expired.headers[ALLOWED]) == (401, "*")
    assert "WWW-Authenticate" in expired.headers["Access-Control-Expose-Headers"]


def test_who_somebody_is_is_read_at_the_apps_own_origin_alone(browser, spa, ana):
    token = redeemed(browser, spa, ana, HOME).json["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}

    mine = browser.get("/oauth/userinfo", headers=bearer | {"Origin": HOME})
    other = browser.get("/oauth/userinfo", headers=bearer | {"Origin": ELSEWHERE})

    assert (mine.status_code, mine.headers[ALLOWED]) == (200, HOME)
    assert (other.status_code, other.headers.get(ALLOWED)) == (200, None)


@asvs("3.4.2")
@pytest.mark.parametrize("path", ["/oauth/authorize", "/login", "/logout", "/oauth/introspect"])
def test_everything_else_is_no_scripts_business(browser, path):
    assert ALLOWED not in browser.options(path, headers=PREFLIGHT).headers
    assert ALLOWED not in browser.get(path, headers={"Origin": HOME}).headers
