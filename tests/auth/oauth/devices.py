"""A device, and the person who types what it shows (RFC 8628)."""

from app.auth.clients.members import DEVICE, REFRESH
from tests.support import factories, steps

SCOPE = "openid profile wallet:read"


def television(server, method="none", **described):
    """Register an app that runs on televisions."""
    described = {
        "client_name": "Cofrinho na TV",
        "redirect_uris": [],
        "grant_types": [DEVICE, REFRESH],
    } | described
    return factories.app(server, method, **described)


def ask(browser, app, **asked):
    """Ask for a device code as ``app``; return the response."""
    return steps.post(browser, app, "/oauth/device_authorization", **{"scope": SCOPE} | asked)


def begun(browser, app, **asked):
    """Ask for a device code; return the answer (dict)."""
    answer = ask(browser, app, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json


def poll(browser, app, device_code, **changed):
    """Ask for the tokens; return the response."""
    fields = {"grant_type": DEVICE, "device_code": device_code}
    return steps.post(browser, app, "/oauth/token", **fields | changed)


def type_code(browser, user_code):
    """Type a code on the device page; return the page it leads to."""
    return steps.send(browser, browser.get("/device", headers=steps.HTML), user_code=user_code)


def answer(browser, user_code, person, decision="allow"):
    """Go the whole way of the person who is asked; return the last page."""
    page = type_code(browser, user_code)
    if steps.page_of(page) == "login":
        page = steps.sign_in(browser, page, person)
    assert steps.page_of(page) == "consent", page.text
    return steps.send(browser, page, decision=decision)


def approved(browser, app, person, **asked):
    """Return what a device was told that ``person`` has approved."""
    told = begun(browser, app, **asked)
    assert 'data-state="approved"' in answer(browser, told["user_code"], person).text
    return told


def tokens(browser, app, person, **asked):
    """Go the whole way; return the token answer (dict)."""
    got = poll(browser, app, approved(browser, app, person, **asked)["device_code"])
    assert got.status_code == 200, got.text
    return got.json
