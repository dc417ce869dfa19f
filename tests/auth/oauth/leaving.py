"""How an application sends people to the end-session endpoint."""

from tests.support import steps

BACK = "https://app.cofrinho.example/bye"


def leave(browser, method="GET", **asked):
    """Come to the end-session endpoint as an application sends people there."""
    asked = steps.present(asked)
    if method == "POST":
        return browser.post("/logout", data=asked, headers=steps.HTML)
    return browser.get("/logout", query_string=asked, headers=steps.HTML)


def is_here(browser, app):
    """Is anybody signed in on this browser?"""
    return "code" in steps.arrival(steps.ask(browser, app, prompt="none")).answer
