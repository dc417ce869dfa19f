"""What the pages of somebody signed in have in common: who it is, and a token for their forms."""

from functools import partial, wraps
from urllib.parse import quote, urlencode

from flask import redirect, request, url_for

from app.auth.flows.factors import step_up as proving
from app.auth.hosted import brands, shell, themes
from app.auth.interactions.prompts import enrolment, step_up
from app.auth.sessions import browser
from app.foundation import clock, csrf, words

_LEFT_OUT = shell.CREDENTIALS | {"ui_locales"}  # of an address that is come back to


def door(name, act=None):
    """Return the blueprint of pages of one's own: who is not here signs in and comes back.

    Its forms are let through when they are ours (ASVS 3.5.1). act: what a browser that was found
    open must not do (ASVS 7.5.1), by the name of a message (``act.…``); it needs a proof of now.
    """
    blueprint = shell.door(name)
    blueprint.before_request(partial(_let_in, act))
    blueprint.for_oneself = True
    return blueprint


def with_proof(act):
    """Decorate a view whose deed needs a proof of now: without one it leads there, and back.

    act: as for :func:`door`, for one view of several. The deed raises NotFresh before it writes.
    """

    def decorate(view):
        @wraps(view)
        def proven(*args, **kwargs):
            try:
                return view(*args, **kwargs)
            except proving.NotFresh:
                return shell.sign_in_first(_here_or_home(), fresh=True, act=act)

        return proven

    return decorate


def back(endpoint, **done):
    """Return the redirect after a deed."""
    return redirect(url_for(endpoint, **done), 303)


def page():
    """Return what their layout needs."""
    return {
        "csrf_token": csrf.token(browser.id(), _purpose()),
        "who": shell.name_of(browser.presence()),
        "zone": words.zone_name(),
    }


def check_token():
    """Let a form of such a page through, or raise csrf.Stale (ASVS 3.5.1)."""
    csrf.check(browser.id(), _purpose())


def this_address():
    """Return this page's own address, with what was asked and nothing that is kept out of one."""
    asked = urlencode([each for each in request.args.items(True) if each[0] not in _LEFT_OUT])
    return f"{quote(request.path)}?{asked}" if asked else quote(request.path)


def _let_in(act):
    """Nobody sees an account without a session, or before replacing a handed-out password.

    Whoever does sees it in their institution's colours, and in the theme they chose.
    """
    here = browser.presence()
    if here is None or here.is_held_up or _too_little(here):
        return shell.sign_in_first(_here_or_home())
    if act and not step_up.is_fresh(here, clock.now()):
        return shell.sign_in_first(this_address(), fresh=True, act=act)
    if request.method == "POST":
        check_token()
    brands.of_person(here)
    themes.follow(here)
    return None


def _too_little(here):
    """Does policy want more of who is here than they have shown (C33)?"""
    return enrolment.must(here) or step_up.must(here)


def _here_or_home():
    """This page, to come back to; a form is not sent again by itself."""
    return this_address() if request.method == "GET" else "/account"


def _purpose():
    return f"account {browser.presence().session_id}"
