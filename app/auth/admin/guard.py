"""Who may enter the back office: whoever holds the permission, signed in surely and lately enough.

Every view needs a permission, its blueprint's or its own. Anybody else is shown the same page
whatever they asked for, so that nobody learns more. No form is read before it is known to be ours
(C-11).
"""

from urllib.parse import quote

from flask import current_app, g, request

from app.auth.admin.address import ClientId
from app.auth.hosted import shell, signed_in
from app.auth.sessions import assurance, browser
from app.auth.staff import reach as reaches
from app.auth.staff.permissions import CATALOGUE
from app.foundation import clock, intake, uploads
from app.foundation.problems import Problem

ANY = ""  # whichever permission, of those who hold one
FRESH_SECONDS = 900  # how old a sign-in may be for what cannot be taken back


class NotAllowed(Problem):
    """Whoever is here does not hold the permission."""

    code = "access_denied"
    status = 403
    key = "http.403"
    description = "You may not do this."


def door(name, permission, max_age=None):
    """Return the blueprint of pages for who holds ``permission``.

    max_age: how many seconds ago they must have signed in, or do so again.
    """
    blueprint = shell.door(name)
    blueprint.record_once(_learn)
    blueprint.before_request(_let_in)
    blueprint.needed = _checked(permission, max_age)
    return blueprint


def needs(permission, max_age=None):
    """Decorate a view that needs another ``permission`` or ``max_age`` than its blueprint."""

    def decorate(view):
        view.needed = _checked(permission, max_age)
        return view

    return decorate


def needed(app, endpoint):
    """Return the permission and the greatest age of sign-in that ``endpoint`` needs, or None."""
    blueprint = app.blueprints.get(endpoint.rpartition(".")[0])
    own = getattr(app.view_functions[endpoint], "needed", None)
    return own or getattr(blueprint, "needed", None)


def actor():
    """Return who does what is done, for the record: their ``sub``."""
    return browser.presence().sub


def reach(permission=None):
    """Return how far who is here holds ``permission``, by default the one this view needs."""
    if permission is None:
        permission, _ = needed(current_app, request.endpoint)
    return g.permitted.get(permission, reaches.NOWHERE)


def may(permission):
    """Does who is here hold ``permission`` anywhere?"""
    return permission in g.permitted


def _learn(state):
    state.app.url_map.converters["client_id"] = ClientId
    state.app.jinja_env.globals["may"] = may


def _let_in():
    permission, max_age = needed(current_app, request.endpoint)
    here = browser.presence()
    if here is None or here.is_held_up:
        return shell.sign_in_first(_this_page())
    g.permitted = reaches.of(here.user_id)
    if not g.permitted or (permission != ANY and permission not in g.permitted):
        raise NotAllowed
    if not assurance.satisfies(here.acr, _levels()):
        return shell.sign_in_first(_this_page(), acr_values=_levels(), act="administer")
    if assurance.too_old(here.auth_time, max_age, clock.now()):
        return shell.sign_in_first(_this_page(), max_age)
    if request.method == "POST":
        _read_form()
        signed_in.check_token()
    return None


def _this_page():
    """The page to come back to: a form is not sent again by itself, so the one it stands on."""
    if request.method == "GET":
        return signed_in.this_address()
    pages, path = current_app.create_url_adapter(request), request.path
    while not pages.test(path, "GET"):
        path = path.rpartition("/")[0]
    return quote(path)


def _read_form():
    """Refuse what is no form; of a view that takes a file, read the form that holds it."""
    app = current_app._get_current_object()
    takes_file = hasattr(app.view_functions[request.endpoint], "most_bytes")
    if takes_file and request.mimetype == uploads.FORM:
        uploads.read(app, request._get_current_object())
    elif request.mimetype != intake.FORM:
        raise intake.WrongKind("The body must be a form.")


def _checked(permission, max_age):
    if permission not in {ANY, *CATALOGUE}:
        raise ValueError(f"not in the catalogue of permissions: {permission}")
    return permission, max_age


def _levels():
    """One factor is enough on a developer's own machine alone."""
    return () if current_app.config["APP_ENV"] == "development" else (assurance.TWO_FACTORS,)
