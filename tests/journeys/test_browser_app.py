"""An app that lives in a browser signs a person in by itself: no server of its own anywhere."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.journeys.inbox import opened
from tests.support import steps
from tests.support.marks import rfc

ASK = """async ([address, given]) => {
    try {
        const answer = await fetch(address, given);
        return [answer.status, await answer.json(), answer.headers.get("X-Request-Id") !== null];
    } catch (error) {
        return error.name;
    }
}"""


@pytest.fixture
def page(chromium):
    """A page of a fresh browser."""
    context = chromium.new_context(locale="pt-BR")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def home():
    """Where the app's pages are: another origin than the server's."""
    with opened() as server:
        yield server


@rfc("6749", "4.1.3")
def test_a_page_redeems_its_code_and_asks_who_came_and_a_strangers_page_reads_nothing(
    page, live_server, new_app, person, home
):
    app = new_app(redirect_uris=[f"{home.origin}/callback"], token_endpoint_auth_method="none")
    page.goto(asking(live_server, app))
    page.fill("#username", person.email)
    page.fill("#password", person.password)
    page.click("#login-submit")
    page.click("#consent-allow")
    page.wait_for_url(f"{home.origin}/**")
    [code] = parse_qs(urlsplit(page.url).query)["code"]

    status, tokens, named = page.evaluate(ASK, redeeming(live_server, app, code))

    assert (status, named) == (200, True)
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    who = [f"{live_server.url}/oauth/userinfo", {"headers": bearer}]
    assert page.evaluate(ASK, who)[:2] == [200, {"sub": person.sub}]
    with opened() as elsewhere:
        page.goto(elsewhere.origin)
        assert page.evaluate(ASK, who) == "TypeError"
        status, refused, _ = page.evaluate(ASK, redeeming(live_server, app, code))
    assert (status, refused["error"]) == (400, "invalid_grant")


def asking(live_server, app):
    """Where the app's page sends the person."""
    asked = {"response_type": "code", "client_id": app.client_id, "scope": "openid"}
    asked |= {"redirect_uri": app.redirect_uri, "code_challenge": steps.CHALLENGE}
    asked["code_challenge_method"] = "S256"
    return f"{live_server.url}/oauth/authorize?{urlencode(asked)}"


def redeeming(live_server, app, code):
    """What a page fetches to redeem its code."""
    form = {"grant_type": "authorization_code", "code": code, "client_id": app.client_id}
    form |= {"redirect_uri": app.redirect_uri, "code_verifier": steps.VERIFIER}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = {"method": "POST", "headers": kind, "body": urlencode(form)}
    return [f"{live_server.url}/oauth/token", sent]
