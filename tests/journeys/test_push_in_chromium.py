"""Notices in a real browser: the switch, the worker, and what it shows of what was pushed to it.

No push service can be reached from here, so what a browser would be given by one is put in its
place; the message is delivered to the worker by the browser's own protocol.
"""

import json
from uuid import uuid4

import pytest

from tests.support.marks import rfc
from tests.support.push_service import Browser

TRIES = 10  # of a second each
PASSWORD = "corredor azul 42"
GIVEN = """({endpoint, p256dh, auth}) => {
  PushManager.prototype.subscribe = async function (asked) {
    window.asked = [asked.userVisibleOnly, asked.applicationServerKey.length];
    return { toJSON: () => ({ endpoint, keys: { p256dh, auth } }) };
  };
}"""


@pytest.fixture
def page(browser_page, live_server):
    """A page that may show notices; its console is kept."""
    browser_page.context.grant_permissions(["notifications"], origin=live_server.url)
    browser_page.said = []
    browser_page.on("console", lambda message: browser_page.said.append(message.text))
    browser_page.on("pageerror", lambda error: browser_page.said.append(str(error)))
    return browser_page


def sign_in(page, url, email):
    page.goto(f"{url}/account/security")
    page.fill("#username", email)
    page.fill("#password", PASSWORD)
    page.click("#login-submit")
    page.wait_for_selector('body[data-page="security"]')


def deliver(page, origin, told):
    """Push ``told`` to the worker, as the browser does with what its service brings."""
    talk = page.context.new_cdp_session(page)
    found = []
    talk.on("ServiceWorker.workerRegistrationUpdated", lambda e: found.extend(e["registrations"]))
    talk.send("ServiceWorker.enable")
    while not found:
        page.wait_for_timeout(50)
    named = {"origin": origin, "registrationId": found[-1]["registrationId"]}
    talk.send("ServiceWorker.deliverPushMessage", named | {"data": json.dumps(told)})


def shown(page):
    """Return the notices that are on the screen."""
    return page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.getRegistration("/account");
          const all = await registration.getNotifications();
          return all.map(({ title, body, tag, data }) => ({ title, body, tag, data }));
        }"""
    )


def push_until(page, origin, told, many):
    """Push ``told`` until ``many`` notices show: a worker that is only starting may miss one."""
    for _ in range(TRIES):
        deliver(page, origin, told)
        for _ in range(20):
            if len(shown(page)) == many:
                return
            page.wait_for_timeout(50)
    assert len(shown(page)) == many


@rfc("8292", "4")
def test_notices_are_turned_on_shown_once_and_turned_off(live_server, page):
    email = f"{uuid4().hex}@exemplo.com.br"
    told = ("--email", email, "--password", PASSWORD, "--name", "Ana Souza", "--verified")
    live_server.auth("people", "create", *told)
    sign_in(page, live_server.url, email)
    assert page.is_visible("#push-on")
    assert page.is_hidden("#push-without")

    page.evaluate(GIVEN, Browser(f"https://push.example/{uuid4().hex}").address)
    page.click("#push-on")
    page.wait_for_selector("#push-off")
    assert page.inner_text("#push-state") == "Ligado"

    first = {
        "id": "msg_1",
        "title": "Nova entrada",
        "body": "iPhone",
        "opens": "https://eva.example/",
    }
    second = first | {"id": "msg_2", "opens": f"{live_server.url}/account/apps"}
    deliver(page, live_server.url, first)
    for told, shown_then in ((first, 1), (second, 2)):
        push_until(page, live_server.url, told, shown_then)
    once, other = sorted(shown(page), key=lambda notice: notice["tag"])
    assert (once["title"], once["body"]) == ("Nova entrada", "iPhone")
    assert once["data"] == f"{live_server.url}/account"  # not to somebody else's page
    assert other["data"] == f"{live_server.url}/account/apps"

    page.click("#push-off")
    page.wait_for_selector("#push-on")
    assert page.said == []


def test_a_browser_that_may_not_is_told_so(live_server, browser_page):
    email = f"{uuid4().hex}@exemplo.com.br"
    told = ("--email", email, "--password", PASSWORD, "--name", "Bia Lima", "--verified")
    live_server.auth("people", "create", *told)
    sign_in(browser_page, live_server.url, email)

    browser_page.click("#push-on")

    browser_page.wait_for_selector("#push-status:has-text('O navegador não permite avisos')")
