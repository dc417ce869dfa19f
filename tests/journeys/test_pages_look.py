"""Every page in a real browser: accessible, within the screen, reachable by keyboard, no complaint.

The walk to each page is that of ``dev/screenshots.py``, so what is pictured is what is tested.
"""

import pytest

from dev.gallery import Gallery, leave
from dev.pictured import MANY_CODES, PAGES
from tests.support import deeds, houses, live, looking
from tests.support.marks import abuse, asvs

WIDTHS = (1280, 390)
NARROWEST = 320  # CSS px: 1280 at 400 % (WCAG 1.4.10)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Controls that can be reached, in the order of the page; a hidden one cannot.
# Of a group of radio buttons the keyboard stops at the one that is chosen.
CONTROLS = """[...document.querySelectorAll(
        "a[href],button,input:not([type=hidden]),summary,select,textarea,[tabindex='0']")]
    .filter((e) => e.checkVisibility() && !e.disabled && (e.type !== "radio" || e.checked))"""
SMALL = f"""{CONTROLS}.filter((e) => !e.closest(".skip, p"))
    .map((e) => [e.id || e.textContent.trim(), e.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""
FOCUSED = f"""(() => {{
    const e = document.activeElement, style = getComputedStyle(e);
    const ring = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
    return [{CONTROLS}.indexOf(e), ring, e.id || e.textContent.trim()];
}})()"""
TO_THE_TOP = "document.body.tabIndex = -1; document.body.focus(); document.body.blur()"
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
STYLED = """(text) => {  // as a person's own style sheet: the page's policy allows it no other
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
SPACED = (  # WCAG 1.4.12
    "* {line-height: 1.5 !important; letter-spacing: .12em !important;"
    " word-spacing: .16em !important} p {margin-bottom: 2em !important}"
)


@pytest.fixture(scope="module")
def gallery(run_folder, databases, chromium):
    """A server of this module's own, where nobody has changed the administrator's password."""
    urls = {house: databases.new(house, "sqlite") for house in houses.SETTINGS}
    with deeds.over_http() as bank:
        server = live.LiveServer(run_folder, urls, **MANY_CODES, **bank.settings)
        try:
            server.start()
            bank.issuer = server.url
            yield Gallery(server, chromium, bank)
        finally:
            server.stop()
            for url in urls.values():
                databases.drop(url)


@pytest.fixture
def visit(gallery):
    """Walk to a page: ``visit("login", color_scheme="dark")``; what the console says is kept."""
    opened = []

    def walk(name, **options):
        page = gallery.visit(**options)
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        opened.append(page)
        PAGES[name](page, gallery)
        page.evaluate("document.fonts.ready")
        return page

    yield walk
    for page in opened:
        leave(page, gallery)


def complaints(page):
    """What the console says beside the status of a refusal, which is no fault of the page's."""
    return [said for said in page.said if "the server responded with a status of 4" not in said]


def assert_it_fits(page):
    """Nothing is wider than the window, once a change of size has been laid out."""
    for _ in range(3):
        page.evaluate(looking.COME_TO_REST)
        if page.evaluate(SIDEWAYS) <= 0:
            return
    assert page.evaluate(SIDEWAYS) <= 0


@abuse("B-01")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_reached_by_keyboard_accessible_and_within_the_screen(visit, name):
    page = visit(name)

    assert_the_keyboard_reaches_all(page)
    for width, theme, rules in looking.looks(*WIDTHS, RULES):
        looking.turn(page, width, theme)
        at_fault = looking.at_fault(page, rules)
        assert (width, theme, at_fault, page.evaluate(SMALL)) == (width, theme, [], [])
        assert_it_fits(page)
    page.evaluate(STYLED, SPACED)
    for width in (*WIDTHS, NARROWEST):
        page.set_viewport_size({"width": width, "height": 844})
        assert_it_fits(page)
    assert complaints(page) == []


def assert_the_keyboard_reaches_all(page):
    """Every control, in the order of the page, with a ring around it."""
    wanted = page.evaluate(f"{CONTROLS}.length")
    page.evaluate(TO_THE_TOP)
    reached = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        place, ring, control = page.evaluate(FOCUSED)
        assert ring >= 2, control
        reached.append(place)

    assert reached == list(range(wanted))


@asvs("3.6.1", "14.2.3")
@pytest.mark.parametrize("name", ["login", "consent", "sessions"])
def test_nothing_is_fetched_from_elsewhere(gallery, name):
    page = gallery.visit()
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    PAGES[name](page, gallery)

    assert fetched
    assert all(url.startswith(gallery.url) for url in fetched)
    leave(page, gallery)


def test_text_twice_as_large_still_fits(visit):
    page = visit("login", viewport={"width": 1280, "height": 860})

    page.evaluate(STYLED, "html {font-size: 200%}")

    assert_it_fits(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert_it_fits(page)
