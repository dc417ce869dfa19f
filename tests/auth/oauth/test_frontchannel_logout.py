"""Apps' own pages are opened at the end of a session (OIDC Front-Channel Logout 1.0)."""

import html
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.auth.oauth.leaving import BACK, is_here, leave
from tests.support import factories, steps
from tests.support.marks import abuse, behaviour, rfc

PAGE = "https://app.cofrinho.example/forget"
OTHER = "https://loja.example:8443"
FRAME = re.compile(r"<iframe [^>]*>")


@pytest.fixture
def app(server):
    """An application with a page that forgets people."""
    return factories.app(
        server, post_logout_redirect_uris=[BACK], frontchannel_logout_uri=f"{PAGE}?tenant=a%26b"
    )


@pytest.fixture
def other_app(server):
    """Another, at another origin."""
    return factories.app(
        server,
        client_name='Loja "<b>"',
        redirect_uris=[f"{OTHER}/callback"],
        frontchannel_logout_uri=f"{OTHER}/bye",
    )


@pytest.fixture
def hint(browser, app, ana):
    """Ana's ID token; she is here."""
    return steps.tokens(browser, app, ana)["id_token"]


def frames(page):
    """Return the attributes of each frame of a page."""
    found = FRAME.findall(page.text)
    return [
        {name: html.unescape(v) for name, v in re.findall(r'([a-z]+)="([^"]*)"', each)}
        for each in found
    ]


def policy(page):
    """Return the page's content security policy, by directive."""
    parts = page.headers["Content-Security-Policy"].split(";")
    return dict(part.strip().partition(" ")[::2] for part in parts)


@behaviour(150)
@rfc("OIDC Front-Channel Logout", "2")
def test_the_page_is_opened_with_issuer_and_session_and_its_own_query(browser, app, hint):
    page = steps.follow(browser, leave(browser, id_token_hint=hint))

    [frame] = frames(page)
    address = urlsplit(frame["src"])
    assert frame["src"].startswith(f"{PAGE}?tenant=a%26b&")
    assert parse_qs(address.query) == {
        "tenant": ["a&b"],
        "iss": ["http://localhost:3000"],
        "sid": [steps.claims_of(hint)["sid"]],
    }
    assert not is_here(browser, app)


@behaviour(150)
def test_every_app_of_the_session_has_a_frame_and_the_policy_names_their_origins_alone(
    browser, app, other_app, ana, hint
):
    steps.tokens(browser, other_app, ana)

    page = steps.follow(browser, leave(browser, id_token_hint=hint))

    assert len(frames(page)) == 2
    assert set(policy(page)["frame-src"].split()) == {"https://app.cofrinho.example", OTHER}
    assert "child-src" not in policy(page)
    assert "Loja &#34;&lt;b&gt;&#34;" in page.text


@abuse("B-05")
def test_a_frame_may_not_lead_the_person_away(browser, hint):
    [frame] = frames(steps.follow(browser, leave(browser, id_token_hint=hint)))

    assert frame["sandbox"].split() == ["allow-scripts", "allow-same-origin"]
    assert frame["referrerpolicy"] == "no-referrer"
    assert frame["title"]


@behaviour(143, 150)
def test_the_way_back_is_a_link_with_the_same_state(browser, hint):
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": BACK, "state": 's&"<1>'}

    page = steps.follow(browser, leave(browser, **asked))

    assert page.status_code == 200
    link = re.search(r'<a [^>]*id="logout-continue" href="([^"]*)"', page.text)
    address = html.unescape(link[1])
    assert address.startswith(f"{BACK}?")
    assert parse_qs(urlsplit(address).query) == {"state": ['s&"<1>']}
    assert re.search(r'<script src="/static/js/logout_done.js\?[^"]*"></script>', page.text)
    assert 'id="logged-out"' not in page.text


@behaviour(147)
def test_without_a_way_back_the_page_is_the_last(browser, hint):
    page = steps.follow(browser, leave(browser))

    page = steps.send(browser, page, decision="yes")

    assert 'id="logged-out"' in page.text
    assert "logout_done.js" not in page.text
    assert len(frames(page)) == 1


def test_pages_without_a_frame_may_show_none(browser, hint):
    page = browser.get("/account", headers=steps.HTML)

    assert "frame-src" not in policy(page)
    assert policy(page)["default-src"] == "'none'"


def test_no_page_of_a_disabled_app_is_opened(browser, server, app, other_app, ana, hint):
    steps.tokens(browser, other_app, ana)
    factories.disable(server, other_app)

    page = steps.follow(browser, leave(browser, id_token_hint=hint))

    assert policy(page)["frame-src"] == "https://app.cofrinho.example"


def test_no_page_is_opened_of_an_app_that_another_session_signed_in_to(
    browser, server, other_app, ana, hint
):
    steps.tokens(server.test_client(), other_app, ana)

    page = steps.follow(browser, leave(browser, id_token_hint=hint))

    assert len(frames(page)) == 1


def test_the_script_that_goes_on_is_in_the_words_of_every_browser():
    text = (Path(__file__).parents[3] / "static/js/logout_done.js").read_text()
    code = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)

    assert not re.search(r"=>|`|\?\.|\b(const|let|class|import|export|async)\b", code)


@behaviour(1, 5)
def test_the_metadata_says_so(browser):
    document = browser.get("/.well-known/openid-configuration").json

    for name in ("backchannel", "frontchannel"):
        assert document[f"{name}_logout_supported"] is True
        assert document[f"{name}_logout_session_supported"] is True
