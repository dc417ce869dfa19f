"""The pages of one's own account: for who is here, and has done what is asked of them first."""

from functools import wraps

from flask import redirect, request, url_for

from app.auth.flows.factors import step_up
from app.auth.hosted import shell
from app.auth.interactions.prompts import enrolment
from app.auth.sessions import browser


def door(name):
    """Return the blueprint of pages of one's own account."""
    blueprint = shell.door(name)
    blueprint.before_request(turn_away)
    return blueprint


def turn_away():
    """Lead to the journey whoever must do something first; None for everybody else.

    Nobody sees an account without a session, before replacing a handed-out password, or before
    setting up the second factor that policy wants of them.
    """
    here = browser.presence()
    if here is None or here.must_change_password or here.must_prove or enrolment.must(here):
        return shell.sign_in_first(_here_or("account.home"))
    return None


def with_proof(act):
    """Decorate a view whose deed needs a proof of now: without one it leads there, and back.

    act: the message (``act.…``) that says what for. Such a deed asks before it writes anything.
    """

    def decorate(view):
        @wraps(view)
        def proven(*args, **kwargs):
            try:
                return view(*args, **kwargs)
            except step_up.NotFresh:
                return shell.sign_in_first(_here_or("security.home"), fresh=True, act=act)

        return proven

    return decorate


def back(endpoint, **done):
    """Return the redirect after a deed."""
    return redirect(url_for(endpoint, **done), 303)


def _here_or(endpoint):
    """This page, to come back to; a form is not sent again by itself."""
    return request.path if request.method == "GET" else url_for(endpoint)
