"""A server furnished for looking at, and the walk to every hosted page."""

import json
from urllib.parse import urlencode

from dev import (
    gallery_account,
    gallery_brands,
    gallery_devices,
    gallery_factors,
    gallery_joining,
    gallery_messages,
    gallery_money,
    gallery_newcomers,
    gallery_payments,
)
from dev.gallery_apps import AURORA, COFRINHO, asking, at_aurora, id_token, open_frames, register
from dev.gallery_steps import APP, ELSEWHERE, HERE, PASSWORD, arrive, email, fill_in, press, sign_in

APPS = {
    "cofrinho": COFRINHO,
    "aurora": AURORA,
    gallery_devices.CLIENT_ID: gallery_devices.TELEVISION,
    gallery_payments.CLIENT_ID: gallery_payments.PAYING,
}


class Gallery:
    """A server that has just started, furnished with four apps and a few people; and its bank."""

    def __init__(self, server, browser, bank):
        self.server, self.url, self.browser, self.bank = server, server.url, browser, bank
        for name, described in APPS.items():
            register(server, name, described)
        for name in ("Ana Souza", "Bia Lima", "Caio Reis", "Dora Alves"):
            told = ("--email", email(name), "--password", PASSWORD, "--name", name)
            server.auth("people", "create", *told)
        server.auth("people", "administrator")
        for device in ELSEWHERE:
            account(self.visit(user_agent=device), self)
        allowed = self.visit()
        sign_in(self.ask(allowed, scope="openid profile wallet:read"), "Bia Lima")
        arrive(allowed, "#consent-allow")
        self.ask(allowed, **at_aurora())
        arrive(allowed, "#consent-allow")
        allowed.context.close()

    def visit(self, **options):
        """Return a page of a browser that has never been here."""
        options = {"locale": "pt-BR", "user_agent": HERE, "reduced_motion": "reduce"} | options
        context = self.browser.new_context(**options)
        context.set_default_timeout(10_000)
        return context.new_page()

    def ask(self, page, **more):
        """Let the app Cofrinho send ``page`` to sign in; return ``page``."""
        page.goto(asking(self.url, **more))
        return page


def use_both_apps(page, gallery):
    """Sign in to both apps; return the ID token that Mercado Aurora got."""
    fill_in(gallery.ask(page, scope="openid profile wallet:read"), "Bia Lima")
    arrive(page, "#login-submit")
    return id_token(page, gallery.url)


def login(page, gallery):
    """Who are you?"""
    gallery.ask(page)


def login_error(page, gallery):
    """Not that password."""
    sign_in(gallery.ask(page), "Caio Reis", "errada")


def login_missing(page, gallery):
    """Nothing was filled in."""
    press(gallery.ask(page), "#login-submit")


def login_limited(page, gallery):
    """Too many tries; for whom nobody is, so that no one is kept out."""
    gallery.ask(page)
    while page.get_attribute("body", "data-state") != "limited":
        sign_in(page, "nobody", "errada")


def new_password(page, gallery):
    """The password was handed out."""
    page.goto(f"{gallery.url}/account")
    sign_in(page, "admin", "admin")


def new_password_error(page, gallery):
    """A password that everybody knows."""
    new_password(page, gallery)
    page.fill("#new_password", "12345678")
    press(page, "#new-password-submit")


def consent(page, gallery):
    """This app asks."""
    sign_in(gallery.ask(page), "Caio Reis")


def consent_more(page, gallery):
    """This app asks for more than it has."""
    sign_in(gallery.ask(page), "Bia Lima")


def consent_by_name(page, gallery):
    """This app asks for a few details, each by its name."""
    claims = {"userinfo": {"name": {"essential": True}, "birthdate": None, "email": None}}
    sign_in(gallery.ask(page, scope="openid", claims=json.dumps(claims)), "Caio Reis")


def form_post(page, gallery):
    """The answer on its way to the app, where no script sends it."""
    page.route("**/form_post.js*", lambda route: route.fulfill(content_type="text/javascript"))
    gallery.ask(page, response_mode="form_post", scope="nothing")


def error(page, gallery):
    """The app asks for an answer at an address that is not its own."""
    gallery.ask(page, redirect_uri=f"{APP}/elsewhere")


def repeated(page, gallery):
    """The answer was given already, and the person came back."""
    fill_in(gallery.ask(page, scope="openid profile wallet:read"), "Bia Lima")
    address = page.url
    arrive(page, "#login-submit")
    page.goto(address)


def welcome(page, gallery):
    """What stands at this address."""
    page.goto(gallery.url)


def not_found(page, gallery):
    """There is no such page."""
    page.goto(f"{gallery.url}/account/nowhere")


def account(page, gallery):
    """One's own account."""
    page.goto(f"{gallery.url}/account")
    sign_in(page, "Ana Souza")


def sessions(page, gallery):
    """Where the account is open."""
    account(page, gallery)
    page.goto(f"{gallery.url}/account/sessions")


def sessions_ending(page, gallery):
    """One of them is about to be ended."""
    sessions(page, gallery)
    page.click("details.end > summary >> nth=0")


def sessions_others(page, gallery):
    """All the others are about to be ended."""
    account(page, gallery)
    page.goto(f"{gallery.url}/account/sessions/others")


def logout(page, gallery):
    """Really leave?"""
    account(page, gallery)
    page.goto(f"{gallery.url}/logout")


def logged_out(page, gallery):
    """One has left."""
    logout(page, gallery)
    press(page, "#logout-yes")


def logged_out_apps(page, gallery):
    """One has left two apps, and one of them could not be told yet."""
    use_both_apps(page, gallery)
    open_frames(page)
    page.goto(f"{gallery.url}/logout")
    press(page, "#logout-yes")


def logging_out(page, gallery):
    """On the way back to an app, while the pages of both are opened."""
    hint = use_both_apps(page, gallery)
    open_frames(page)
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": f"{APP}/aurora/bye"}
    page.goto(f"{gallery.url}/logout?{urlencode(asked)}")


PAGES = {
    walk.__name__.replace("_", "-"): walk
    for walk in (
        welcome,
        login,
        login_error,
        login_missing,
        login_limited,
        *gallery_joining.WALKS,
        new_password,
        new_password_error,
        consent,
        consent_more,
        consent_by_name,
        form_post,
        *gallery_factors.WALKS,
        *gallery_devices.WALKS,
        *gallery_newcomers.WALKS,
        *gallery_brands.WALKS,
        *gallery_account.WALKS,
        *gallery_money.WALKS,
        *gallery_messages.WALKS,
        error,
        repeated,
        not_found,
        account,
        sessions,
        sessions_ending,
        sessions_others,
        logout,
        logged_out,
        logged_out_apps,
        logging_out,
    )
}


def leave(page, gallery):
    """Sign out where somebody signed in, so that no session adds to the next picture's list."""
    page.goto(f"{gallery.url}/logout")
    if page.locator("#logout-yes").count():
        press(page, "#logout-yes")
    page.context.close()
