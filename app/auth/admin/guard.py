"""Who may enter the back office: an administrator, signed in surely and lately enough.

Anybody else is shown the same page whatever they asked for, so that nobody learns more. No form
is read before it is known to be ours (C-11).
"""

from functools import partial

from flask import current_app, request

from app.auth.admin.address import ClientId
from app.auth.hosted import shell, signed_in
from app.auth.institutions import roles
from app.auth.sessions import assurance, browser
from app.foundation import clock, intake
from app.foundation.problems import Problem

FRESH_SECONDS = 900  # how old a sign-in may be for what cannot be taken back


class NotAllowed(Problem):
    """Whoever is here is no administrator."""

    code = "access_denied"
    status = 403
    key = "http.403"
    description = "Only administrators may do this."


def door(name, max_age=None):
    """Return the blueprint of pages for administrators.

    max_age: how many seconds ago they must have signed in, or do so again.
    """
    blueprint = shell.door(name)
    blueprint.record_once(_learn_addresses)
    blueprint.before_request(partial(_let_in, max_age))
    return blueprint


def actor():
    """Return who does what is done, for the record: the administrator's ``sub``."""
    return browser.presence().sub


def _learn_addresses(state):
    state.app.url_map.converters["client_id"] = ClientId


def _let_in(max_age):
    here = browser.presence()
    if here is None or here.is_held_up:
        return shell.sign_in_first(signed_in.this_address())
    if "admin" not in roles.names(here.user_id):
        raise NotAllowed
    if not assurance.satisfies(here.acr, _levels()):
        return shell.sign_in_first(signed_in.this_address(), acr_values=_levels(), act="administer")
    if assurance.too_old(here.auth_time, max_age, clock.now()):
        return shell.sign_in_first(signed_in.this_address(), max_age)
    if request.method == "POST":
        if request.mimetype != intake.FORM:
            raise intake.WrongKind("The body must be a form.")
        signed_in.check_token()
    return None


def _levels():
    """One factor is enough on a developer's own machine alone."""
    return () if current_app.config["APP_ENV"] == "development" else (assurance.TWO_FACTORS,)
