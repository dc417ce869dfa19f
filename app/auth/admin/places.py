"""The menu of the back office: each place, shown to whoever holds its permission."""

from typing import NamedTuple

from flask import redirect, request, url_for

from app.auth.admin import guard
from app.auth.staff import permissions
from app.foundation import words

home = guard.door("admin_home", guard.ANY)


class Place(NamedTuple):
    """A place of the menu. sign: an icon's name; label: a message's."""

    endpoint: str
    sign: str
    label: str
    permission: str


class Shown(NamedTuple):
    """A place as the menu shows it. current: an ``aria-current``; None: it is elsewhere."""

    address: str
    sign: str
    label: str
    current: str | None


PLACES = (
    Place("admin_dashboard.index", "eye", "admin.dashboard.title", permissions.DASHBOARD),
    Place("admin_clients.index", "apps", "admin.list.title", permissions.CLIENTS_READ),
    Place(
        "admin_institutions.index",
        "home",
        "admin.institutions.title",
        permissions.INSTITUTIONS_READ,
    ),
    Place("admin_people.index", "person", "admin.people.title", permissions.PEOPLE_READ),
    Place("admin_record.index", "clock", "admin.record.title", permissions.AUDIT_READ),
    Place("admin_approvals.index", "done", "admin.approvals.title", permissions.ACTS_APPROVE),
    Place("admin_roles.staff", "person", "admin.roles.staff", permissions.ROLES_READ),
    Place("admin_roles.index", "shield", "admin.roles.title", permissions.ROLES_READ),
    Place("admin_consents.index", "check", "admin.consents.title", permissions.CONSENTS_WITHDRAW),
    Place("admin_evidence.index", "done", "admin.evidence.title", permissions.DEEDS_READ),
    Place("admin_scopes.index", "lock", "admin.scopes.title", permissions.CLIENTS_READ),
    Place("admin_keys.index", "key", "admin.keys.title", permissions.KEYS_READ),
    Place("admin_messages.index", "mail", "admin.messages.title", permissions.MESSAGES_READ),
    Place("admin_health.index", "alert", "admin.health.title", permissions.SETTINGS_READ),
    Place("admin_settings.index", "terminal", "admin.settings.title", permissions.SETTINGS_READ),
)


@home.get("/admin")
def index():
    """Lead to the first place that whoever is here may see."""
    mine = _mine()
    if not mine:
        raise guard.NotAllowed
    return redirect(url_for(mine[0].endpoint), 303)


@home.record_once
def _furnish(state):
    state.app.jinja_env.globals["places"] = shown


def shown():
    """Return the menu of who is here, as :class:`Shown`."""
    return [_shown(place) for place in _mine()]


def _mine():
    return [place for place in PLACES if guard.may(place.permission)]


def _shown(place):
    address = url_for(place.endpoint)
    within = f"{request.path}/".startswith(f"{address}/")
    current = ("page" if request.path == address else "true") if within else None
    return Shown(address, place.sign, words.t(place.label), current)
