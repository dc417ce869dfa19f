"""Reach a level on the way to an app, by setting up the factor that the page asks for."""

import re
from urllib.parse import urlsplit

import pyotp

from app.auth.sessions import assurance
from tests.auth.factors.authenticator import Authenticator
from tests.support import steps


def tokens(browser, app, person, level):
    """Return the token answer to a request for ``level``, whatever must be set up first."""
    response = steps.ask(browser, app, acr_values=level)
    page = steps.follow(browser, response)
    if steps.page_of(page) == "login":
        page = steps.sign_in(browser, page, person)
    if steps.page_of(page) == "enrolment":
        page = _set_up(browser, page, level)
    return steps.exchange(browser, app, steps.walk(browser, page, person).code).json


def _set_up(browser, page, level):
    text = page.text.replace("&#34;", '"')
    form = {"csrf_token": re.search('name="csrf_token" value="([^"]*)"', text)[1]}
    if level == assurance.PHISHING_RESISTANT:
        issuer = browser.application.config["ISSUER"]
        asked = re.search('data-request="({.*?})" ', text)[1]
        made = Authenticator().create(asked, rp_id=urlsplit(issuer).hostname, origin=issuer)
        form["credential"] = made
    else:
        secret = re.search('id="totp-secret"[^>]*>([^<]*)<', text)[1]
        form["otp"] = pyotp.TOTP("".join(secret.split())).now()
    address = re.search('action="(/enrolment/[^"]*)"', text)[1]
    page = steps.follow(browser, browser.post(address, data=form, headers=steps.HTML))
    if steps.page_of(page) != "recovery-codes-once":
        return page
    onwards = re.search('id="codes-kept" href="([^"]*)"', page.text)[1]
    return steps.follow(browser, browser.get(onwards, headers=steps.HTML))
