"""``/docs`` in a real browser that reaches this server alone: sign in by *Authorize*, then try."""

import json
from urllib.parse import urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.marks import mission

# What Swagger UI 5.35.0 itself does wrong: it is looked for, so that we see when it changes.
UPSTREAM = {"color-contrast", "heading-order", "nested-interactive", "region"}


@pytest.fixture
def page(chromium, live_server):
    """A browser to which every other origin is closed; what it tried of them is kept."""
    context = chromium.new_context(locale="pt-BR", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    context.strayed, context.said = [], []

    def keep_in(route):
        if urlsplit(route.request.url).netloc == urlsplit(live_server.url).netloc:
            return route.continue_()
        context.strayed.append(route.request.url)
        return route.abort()

    context.route("**/*", keep_in)
    context.on("console", lambda said: context.said.append(f"{said.type}: {said.text}"))
    context.on("weberror", lambda error: context.said.append(f"error: {error.error}"))
    yield context.new_page()
    context.close()


def opened(page, live_server):
    """The page of the documentation, once it has drawn itself."""
    page.goto(f"{live_server.url}/docs")
    page.wait_for_selector("#operations-Wallet-getWalletUserIdBalance")
    return page


def authorize(page, person, *scopes):
    """Sign in by the *Authorize* button: code and PKCE, in a window of its own."""
    page.click("button.authorize")
    dialog = page.locator(".modal-ux")
    way = dialog.locator(".auth-container", has_text="sign_in").first
    for scope in scopes:
        way.locator(f"input[data-value='{scope}'], input[id^='{scope}-']").first.check(force=True)
    with page.expect_popup() as popup:
        way.locator("button.authorize").click()
    window = popup.value
    window.fill("#username", person.email)
    window.fill("#password", person.password)
    window.click("#login-submit")
    with window.expect_event("close"):
        window.click("#consent-allow")
    way.get_by_text("Logout").wait_for()
    dialog.locator("button.btn-done").first.click()


def try_out(page, operation, **parameters):
    """*Try it out*, *Execute*; return the status and the JSON that are shown."""
    block = page.locator(f"#operations-{operation}")
    block.locator(".opblock-summary-control").first.click()
    block.locator("button.try-out__btn").click()
    for name, value in parameters.items():
        block.locator(f"tr[data-param-name='{name}'] input").fill(value)
    block.locator("button.execute").click()
    live = block.locator(".live-responses-table .response")
    live.wait_for()
    status = live.locator(".response-col_status").inner_text().split()[0]
    return int(status), json.loads(live.locator(".highlight-code code").first.inner_text())


@mission("S119", "S130")
def test_who_signs_in_at_the_documentation_tries_userinfo_and_the_balance(
    page, live_server, new_person
):
    person = new_person()
    opened(page, live_server)
    authorize(page, person)

    who = try_out(page, "Identity-getOauthUserinfo")
    balance = try_out(page, "Wallet-getWalletUserIdBalance", user_id="me")

    assert (who[0], who[1]["sub"], who[1]["email"]) == (200, person.sub, person.email)
    assert (balance[0], balance[1]["available"]) == (200, 100_000)
    assert page.context.strayed == []
    assert [said for said in page.context.said if "error" in said.lower()] == []


@mission("S130")
def test_a_token_got_elsewhere_is_pasted(page, live_server, new_person):
    person = new_person()
    opened(page, live_server)
    authorize(page, person)
    token = try_out(page, "Identity-getOauthUserinfo") and sent_token(page)
    opened(page, live_server)

    page.click("button.authorize")
    way = page.locator(".modal-ux .auth-container", has_text="bearer").first
    way.locator("input").fill(token)
    way.locator("button.authorize").click()
    page.locator(".modal-ux button.btn-done").first.click()
    status, told = try_out(page, "Identity-getOauthUserinfo")

    assert (status, told["sub"]) == (200, person.sub)


@mission("S49", "S119", "S130")
def test_an_old_apps_token_reads_its_persons_profile(page, live_server, new_person):
    person = new_person()
    told = {"identifier": person.email, "password": person.password}
    pair = httpx.post(f"{live_server.url}/auth/login", json=told).json()
    opened(page, live_server)

    page.click("button.authorize")
    way = page.locator(".modal-ux .auth-container", has_text="document").first
    way.locator("input").fill(pair["access_token"])
    way.locator("button.authorize").click()
    page.locator(".modal-ux button.btn-done").first.click()
    status, profile = try_out(page, "Existing_apps-getAuthMe")

    assert (status, profile["sub"], profile["email"]) == (200, person.sub, person.email)


def sent_token(page):
    """The access token in the command that the page shows for what it sent."""
    shown = page.locator("#operations-Identity-getOauthUserinfo .curl-command").inner_text()
    return shown.partition("Bearer ")[2].partition("'")[0]


def test_what_axe_finds_is_swagger_uis_own(page, live_server):
    opened(page, live_server)

    found = {each["id"] for each in Axe().run(page).response["violations"]}

    assert found <= UPSTREAM
