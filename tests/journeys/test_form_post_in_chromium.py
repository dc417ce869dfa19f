"""The answer posted to an app on another port by a real browser: by script, and by the button."""

import secrets
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from tests.journeys.inbox import opened
from tests.support import steps
from tests.support.marks import abuse, behaviour, rfc

STATE = "s" * 900 + " <b>\"'&amp;%20+/=?#</b> ação 🐎 \t."
GO_ON = "#form-post-go-on"
UNSENT = "**/form_post.js*"


@pytest.fixture(scope="module")
def inbox():
    """Listens on a port of its own."""
    with opened() as server:
        yield server


@pytest.fixture(scope="module")
def cofrinho(inbox, new_app):
    """An app that waits there, with a query of its own in its address."""
    address = f"{inbox.origin}/callback?tenant=1"
    return new_app(redirect_uris=[address], token_endpoint_auth_method="none")


@pytest.fixture
def ask(live_server, cofrinho, inbox):
    """The address to which Cofrinho sends its people, to be answered by form."""
    inbox.arrived.clear()

    def address(**more):
        asked = {
            "client_id": cofrinho.client_id,
            "redirect_uri": cofrinho.redirect_uri,
            "response_type": "code",
            "response_mode": "form_post",
            "scope": "openid profile",
            "state": STATE,
            "code_challenge": steps.CHALLENGE,
            "code_challenge_method": "S256",
        }
        return f"{live_server.url}/oauth/authorize?{urlencode(asked | more)}"

    return address


@pytest.fixture
def browse(chromium):
    """Make pages of fresh browsers; ``page.said`` is what the console said."""
    opened = []

    def new(**options):
        opened.append(chromium.new_context(**{"locale": "pt-BR"} | options))
        opened[-1].set_default_timeout(10_000)
        page = opened[-1].new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        return page

    yield new
    for context in opened:
        context.close()


@pytest.fixture(params=[True, False], ids=["with_script", "without_script"])
def page(browse, request):
    """A page with scripts, and one without, where people press the button."""
    page = browse(java_script_enabled=request.param)
    page.scripted = request.param
    return page


def sign_in(page, person, decision="allow"):
    """Sign in and decide on the pages in between."""
    page.fill("#username", person.email)
    page.fill("#password", person.password)
    page.click("#login-submit")
    page.click(f"#consent-{decision}")


def be_brought(page, inbox):
    """Arrive at the app: by the script, or by the button; return the request it got."""
    if not page.scripted:
        page.locator("#form-post").wait_for(state="attached")
        assert inbox.arrived == []
        page.click(GO_ON)
    page.locator("#arrived").wait_for()
    assert len(inbox.arrived) == 1
    return inbox.arrived[0]


@behaviour(53, 55, 58)
@rfc("OAuth Form Post", "2")
def test_a_browser_posts_the_code_to_the_app(page, ask, inbox, cofrinho, live_server, new_person):
    page.goto(ask())
    sign_in(page, new_person())

    path, kind, pairs = be_brought(page, inbox)

    assert (path, kind) == ("/callback?tenant=1", "application/x-www-form-urlencoded")
    assert page.url == cofrinho.redirect_uri
    answer = dict(pairs)
    assert [name for name, _ in pairs] == ["code", "state", "iss"]
    assert (answer["state"], answer["iss"]) == (STATE, live_server.url)
    assert inbox.origins == {live_server.url}
    form = {
        "grant_type": "authorization_code",
        "client_id": cofrinho.client_id,
        "code": answer["code"],
        "redirect_uri": cofrinho.redirect_uri,
        "code_verifier": steps.VERIFIER,
    }
    assert httpx.post(f"{live_server.url}/oauth/token", data=form).status_code == 200
    assert page.said == []


@behaviour(58)
def test_who_is_known_is_brought_back_without_a_page_of_questions(page, ask, inbox, new_person):
    page.goto(ask())
    sign_in(page, new_person())
    be_brought(page, inbox)
    inbox.arrived.clear()

    page.goto(ask(state="again"))

    assert dict(be_brought(page, inbox)[2])["state"] == "again"
    assert page.said == []


@behaviour(57, 58, 59)
def test_a_no_is_posted_to_the_app_as_well(page, ask, inbox, live_server, new_person):
    page.goto(ask())
    sign_in(page, new_person(), "deny")

    path, _, pairs = be_brought(page, inbox)

    assert path == "/callback?tenant=1"
    answer = dict(pairs)
    assert set(answer) == {"error", "error_description", "error_uri", "state", "iss"}
    assert (answer["error"], answer["state"]) == ("access_denied", STATE)
    assert answer["iss"] == live_server.url
    assert page.said == []


@behaviour(57, 58)
def test_an_error_found_at_once_is_posted_too(page, ask, inbox):
    page.goto(ask(scope="nothing", state="s"))

    answer = dict(be_brought(page, inbox)[2])

    assert (answer["error"], answer["state"]) == ("invalid_scope", "s")
    assert page.said == []


@abuse("B-05")
def test_the_policy_lets_the_form_go_nowhere_else(browse, ask, inbox):
    page = browse()
    page.route(UNSENT, lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.goto(ask(scope="nothing"))
    elsewhere = inbox.origin.replace("localhost", "127.0.0.1")
    lead_there = "(to) => { document.forms[0].action = to; document.forms[0].submit(); }"

    with page.expect_console_message(lambda message: "form-action" in message.text):
        page.evaluate(lead_there, elsewhere)

    assert inbox.arrived == []


def test_where_the_script_does_not_load_the_button_does_its_work(browse, ask, inbox):
    page = browse()
    page.route(UNSENT, lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.goto(ask(scope="nothing", state=secrets.token_urlsafe(4)))

    page.focus(GO_ON)
    page.keyboard.press("Enter")
    page.locator("#arrived").wait_for()

    assert len(inbox.arrived) == 1


def test_going_back_does_not_post_the_answer_again(browse, ask, inbox, new_person):
    page = browse()
    page.goto(ask())
    sign_in(page, new_person())
    page.locator("#arrived").wait_for()

    page.go_back()

    assert urlsplit(page.url).netloc not in inbox.origin
    assert len(inbox.arrived) == 1
