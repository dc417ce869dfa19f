"""The answer as a form that the browser posts to the app (OAuth 2.0 Form Post Response Mode)."""

import re
from pathlib import Path

import pytest

from app.auth.tokens import codes
from app.foundation.problems import Unavailable
from tests.auth.oauth import signing
from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, rfc

FORM = {"response_mode": "form_post"}
SCRIPT = Path(__file__).parents[3] / "static" / "js" / "form_post.js"


@pytest.fixture
def database_kind():
    """The way an answer goes is the same on both."""
    return "postgresql"


@pytest.fixture
def page(browser, app, ana):
    """The page that brings an answer, for parameters beside the plain ones."""
    steps.authorize(browser, app, ana)

    def show(**asked):
        shown = steps.follow(browser, steps.ask(browser, app, **FORM | asked))
        assert steps.page_of(shown) == "form-post", shown.text
        return shown

    return show


def form_action(page):
    """Where the page's policy lets its form lead."""
    return re.search(r"form-action ([^;]*);", page.headers["Content-Security-Policy"])[1]


@behaviour(58, 53, 55)
@rfc("OAuth Form Post", "2")
def test_the_answer_is_a_form_for_the_address_and_nothing_is_in_its_query(page, app, server):
    shown = page()

    arrived = steps.arrival(shown)
    assert shown.status_code == 200
    assert "Location" not in shown.headers
    assert arrived.address == app.redirect_uri
    assert set(arrived.answer) == {"code", "state", "iss"}
    assert (arrived.answer["state"], arrived.answer["iss"]) == ("s-1", server.config["ISSUER"])


@behaviour(58)
def test_the_code_is_as_good_as_any(browser, app, ana):
    arrived = steps.authorize(browser, app, ana, **FORM, nonce="n")

    answer = steps.exchange(browser, app, arrived.code)
    assert steps.claims_of(answer.json["id_token"])["nonce"] == "n"


@behaviour(34)
def test_without_a_state_none_is_posted(page):
    assert set(steps.arrival(page(state=None)).answer) == {"code", "iss"}


@behaviour(57, 58)
@rfc("OAuth Form Post", "2")
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"prompt": "none", "scope": "openid address"}, "consent_required"),
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "nothing"}, "invalid_scope"),
        ({"resource": "https://evil.example"}, "invalid_target"),
        ({"code_challenge": None}, "invalid_request"),
        ({"max_age": "x"}, "invalid_request"),
        ({"request": "x"}, "invalid_request_object"),
        ({"nonce": ["a", "b"]}, "invalid_request"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_errors_are_posted_as_well_and_hold_no_code(page, app, server, wrong, error):
    arrived = steps.arrival(page(**wrong))

    assert arrived.address == app.redirect_uri
    assert set(arrived.answer) == {"error", "error_description", "error_uri", "state", "iss"}
    assert (arrived.error, arrived.answer["state"]) == (error, "s-1")
    assert arrived.answer["iss"] == server.config["ISSUER"]
    steps.assert_plain(arrived.answer["error_description"])


@behaviour(57, 59)
def test_a_no_is_posted_as_well(browser, app, ana, server):
    arrived = steps.authorize(browser, app, ana, decision="deny", **FORM)

    assert arrived.address == app.redirect_uri
    assert (arrived.error, arrived.answer["state"]) == ("access_denied", "s-1")
    assert arrived.answer["iss"] == server.config["ISSUER"]
    assert "code" not in arrived.answer


@behaviour(57)
def test_that_we_are_busy_is_posted_as_well(page, monkeypatch):
    def away(*_):
        raise Unavailable

    monkeypatch.setattr(codes, "issue", away)

    assert steps.arrival(page()).error == "temporarily_unavailable"


@pytest.mark.parametrize("mode", ["fragment", "FORM_POST", "form_post.jwt", "form_post "])
def test_an_unknown_way_is_refused_in_the_query(browser, app, mode):
    response = steps.ask(browser, app, response_mode=mode, response_type="token")

    assert response.status_code == 303
    assert steps.arrival(response).address.startswith(f"{app.redirect_uri}?error=")


@pytest.mark.parametrize(
    "wrong", [{"client_id": "nobody"}, {"redirect_uri": "https://evil.example/"}]
)
def test_nothing_is_posted_to_an_address_that_is_not_sure(browser, app, wrong):
    response = steps.ask(browser, app, **FORM | wrong)

    assert response.status_code == 400
    assert "form-post" not in response.text
    assert "evil.example" not in response.headers["Content-Security-Policy"]


@behaviour(29)
def test_a_query_that_is_registered_is_kept_and_not_added_to(browser, server, ana):
    address = "https://rp.example/cb?dummy1=lorem&dummy2=ipsum"
    app = factories.app(server, redirect_uris=[address])

    arrived = steps.authorize(browser, app, ana, **FORM)

    assert arrived.address == address
    assert steps.exchange(browser, app, arrived.code).status_code == 200


@asvs("1.2.1")
@behaviour(35)
@abuse("R-16", "B-05")
@pytest.mark.parametrize(
    "state",
    ["s" * 1000, "a b%20+%00&c=d#e?f", "</form></script><script>alert(1)</script>", "'\"\\`<>&amp;",
     "açúcar 🐎", "{{ 7*7 }}${7*7}", "a\tb", " ", "x" * 4000],
    ids=lambda state: state[:20],
)  # fmt: skip
def test_a_state_is_posted_whole_and_never_becomes_markup(page, state):
    shown = page(state=state)

    assert steps.arrival(shown).answer["state"] == state
    assert "alert(1)</script>" not in shown.text


@pytest.mark.parametrize("state", ["a\nb", "a\rb", "a\r\nb", "\n"])
def test_a_state_that_a_form_would_change_is_refused(page, state):
    assert steps.arrival(page(state=state)).error == "invalid_request"


@behaviour(27)
def test_a_posted_request_may_ask_for_it(browser, app, ana):
    for state in ("s", "s" * 9000):
        arrived = steps.authorize(browser, app, ana, method="POST", state=state, **FORM)

        assert arrived.address == app.redirect_uri
        assert arrived.answer["state"] == state


@asvs("10.4.12")
@rfc("9126", "4")
def test_a_pushed_request_may_ask_for_it_and_an_address_may_not(browser, app, ana):
    pushed = steps.pushed(browser, app, **FORM)
    plain = steps.pushed(browser, app)

    arrived = steps.walk(browser, steps.open_pushed(browser, app, pushed), ana)
    assert (arrived.address, arrived.error) == (app.redirect_uri, None)
    arrived = steps.walk(browser, steps.open_pushed(browser, app, plain, **FORM))
    assert arrived.address.startswith(f"{app.redirect_uri}?code=")


@behaviour(57)
@pytest.mark.parametrize("wrong", [{}, {"scope": "nothing"}, {"aud": "https://evil.example"}])
def test_a_signed_request_may_ask_for_it_for_errors_too(browser, server, ana, wrong):
    app = signing.app(server)
    token = signing.request_object(app, server, **FORM, **wrong)

    arrived = steps.walk(
        browser, signing.ask(browser, app, token, redirect_uri=app.redirect_uri, **FORM), ana
    )

    assert arrived.address == app.redirect_uri
    assert (arrived.error is None) is (not wrong)


@abuse("B-01")
@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://rp.example/cb", "https://rp.example"),
        ("https://rp.example:8443/cb?x=1", "https://rp.example:8443"),
        ("http://127.0.0.1:4000/cb", "http://127.0.0.1:4000"),
    ],
)
def test_the_form_may_lead_to_that_origin_alone(browser, server, ana, address, origin):
    app = factories.app(server, redirect_uris=[address])
    page = steps.sign_in(browser, steps.follow(browser, steps.ask(browser, app, **FORM)), ana)

    shown = steps.send(browser, page, decision="allow")

    assert form_action(shown) == origin
    policy = shown.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@behaviour(84)
def test_no_cache_keeps_it(page):
    assert page().headers["Cache-Control"] == "no-store"
    assert page(scope="nothing").headers["Cache-Control"] == "no-store"


@rfc("8252", "7.1")
def test_an_app_with_a_scheme_of_its_own_cannot_be_posted_to(browser, server, ana):
    uris = ["com.cofrinho.app:/cb", "http://127.0.0.1/cb"]
    native = factories.app(server, "none", application_type="native", redirect_uris=uris)

    response = steps.ask(browser, native, **FORM)
    assert response.status_code == 303
    refused = steps.arrival(response)
    assert refused.error == "invalid_request"
    assert refused.address.startswith("com.cofrinho.app:/cb?error=")
    loopback = "http://127.0.0.1:51004/cb"
    assert steps.authorize(browser, native, ana, redirect_uri=loopback, **FORM).address == loopback


def test_the_page_speaks_the_language_of_the_journey(browser, app, ana):
    page = steps.follow(browser, steps.ask(browser, app, **FORM, ui_locales="en"))
    page = steps.send(browser, steps.sign_in(browser, page, ana), decision="allow")
    assert "Taking you back to Cofrinho" in page.text
    assert '<html lang="en">' in page.text

    page = steps.ask(browser, app, **FORM, scope="nothing", ui_locales="pt-BR")
    assert "Levando você de volta a Cofrinho" in page.text


def test_a_language_chosen_on_the_way_is_kept_on_this_page_too(browser, app, ana):
    page = steps.follow(browser, steps.ask(browser, app, **FORM, ui_locales="pt-BR"))
    page = browser.get(f"{page.request.path}?ui_locales=en", headers=steps.HTML)

    page = steps.send(browser, steps.sign_in(browser, page, ana), decision="allow")

    assert "Taking you back to Cofrinho" in page.text


def test_a_name_in_the_persons_language_is_said_and_escaped(browser, server, ana):
    names = {"client_name": "<i>Piggy</i>", "client_name#pt-BR": "<b>Cofrinho</b>"}
    app = factories.app(server, **names)

    page = steps.ask(browser, app, **FORM, scope="nothing")

    assert "&lt;b&gt;Cofrinho&lt;/b&gt;" in page.text
    assert "<b>Cofrinho" not in page.text


def test_an_answer_is_given_once(browser, app, ana):
    page = steps.follow(browser, steps.ask(browser, app, **FORM))
    page = steps.sign_in(browser, page, ana)
    uid = page.request.path.rpartition("/")[2]
    assert steps.arrival(steps.send(browser, page, decision="allow")).code

    again = browser.get(f"/oauth/authorize/{uid}", headers=steps.HTML)

    assert again.status_code == 409
    assert "form-post" not in again.text


def test_one_classic_script_of_our_own_sends_it_and_one_button(page):
    shown = page().text
    scripts = re.findall(r"<script([^>]*)></script>", shown)

    classic = [each for each in scripts if "module" not in each]
    assert len(classic) == 1
    assert re.fullmatch(r' src="/static/js/form_post\.js\?v=\w+"', classic[0])
    assert shown.index("form_post.js") > shown.index("</form>")
    assert len(re.findall(r"<button\b", shown)) == 1
    assert 'id="form-post-go-on"' in shown
    assert not re.search(r'name="(submit|action|method)"', shown)  # they would hide the form's own


def test_the_script_is_one_that_the_oldest_browsers_read():
    code = re.sub(r"/\*.*?\*/", "", SCRIPT.read_text(), flags=re.S)

    assert not re.search(r"=>|`|\b(let|const|class|import|export|async)\b|\?\.|\?\?", code)
    assert code.isascii()
