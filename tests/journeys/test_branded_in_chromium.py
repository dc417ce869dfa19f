"""An institution swapped in a real browser: logo and colours change, nothing moves (UX rubric 26).

The browser's own console tells of anything that the page's policy forbids (rubric 13).
"""

from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from dev import cast
from tests.auth.institutions import aurora
from tests.support import steps
from tests.support.marks import abuse

BOXES = """[...document.querySelectorAll("body *")].filter((e) => e.checkVisibility())
    .map((e) => [e.tagName, e.className.baseVal ?? e.className, e.getBoundingClientRect()])
    .filter(([tag, name]) => !["path", "rect", "circle"].includes(tag))
    .map(([tag, name, box]) => [name === "brand-mark" ? "sign" : tag, box.x, box.y, box.width,
        box.height])"""
COLOURS = """(() => {
    const of = (e) => getComputedStyle(document.querySelector(e));
    return [of("#login-submit").backgroundColor, of("#forgot-password").color,
        of(".hosted-brand").backgroundImage];
})()"""


@pytest.fixture(scope="module")
def login_pages(live_server, new_app):
    """Make the login page of an app's: the bank's, or the house's."""
    picture = Path(cast.AURORA["logo"]).read_bytes()
    with live_server.inside("auth") as app, app.app_context():
        aurora.open_bank(name=app.config["BRAND_NAME"])  # so that the name is as wide
        aurora.dress(logo=picture)
    owned = {"token_endpoint_auth_method": "none", "client_name": "Conta"}
    apps = [new_app(**owned), new_app(**owned, institution=aurora.CODE)]

    def address(app):
        asked = {"client_id": app.client_id, "redirect_uri": app.redirect_uri}
        asked |= {"response_type": "code", "scope": "openid", "code_challenge_method": "S256"}
        asked["code_challenge"] = steps.CHALLENGE
        return f"{live_server.url}/oauth/authorize?{urlencode(asked)}"

    return [address(app) for app in apps]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@abuse("B-01")
def test_logo_and_colours_change_and_nothing_moves(browser_page, login_pages, theme, width):
    browser_page.set_viewport_size({"width": width, "height": 844})
    browser_page.emulate_media(color_scheme=theme)
    said, found = [], []
    browser_page.on("console", lambda message: said.append(message.text))
    browser_page.on("pageerror", lambda error: said.append(str(error)))
    for address in login_pages:
        browser_page.goto(address)
        browser_page.evaluate("document.fonts.ready")
        loaded = browser_page.evaluate("[...document.images].map((e) => e.naturalWidth)")
        found.append((browser_page.evaluate(BOXES), browser_page.evaluate(COLOURS), loaded))

    (plain, house, _), (dressed, bank, pictures) = found
    assert dressed == plain
    assert all(one != other for one, other in zip(house, bank, strict=True))
    assert pictures == [128]
    assert said == []


def test_a_chosen_theme_holds_against_the_browsers_own(browser_page, login_pages):
    seen = {}
    for chosen in (None, "light", "dark"):
        for browsers in ("light", "dark"):
            port = urlsplit(login_pages[1]).port
            cookie = {"name": f"theme_{port}", "value": chosen or ""}
            cookie |= {"domain": "localhost", "path": "/"}
            browser_page.context.add_cookies([cookie])
            browser_page.emulate_media(color_scheme=browsers)
            browser_page.goto(login_pages[1])
            seen[chosen, browsers] = browser_page.evaluate(COLOURS)

    assert seen[None, "light"] != seen[None, "dark"]
    for browsers in ("light", "dark"):
        assert seen["light", browsers] == seen[None, "light"]
        assert seen["dark", browsers] == seen[None, "dark"]


def test_the_sheet_is_a_file_of_ours_that_browsers_keep(browser_page, login_pages):
    fetched = []
    browser_page.on("response", lambda answer: fetched.append(answer.url))

    browser_page.goto(login_pages[1])

    [sheet] = [url for url in fetched if "/branding/" in url]
    answer = httpx.get(sheet)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
