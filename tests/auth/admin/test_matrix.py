"""Role × route of the back office, walked: who holds the permission comes in, and nobody else.

What is tried is what ``docs/permissions.md`` tells, both made from the same code.
"""

import pytest

from app.auth import access
from app.auth.accounts import lookup
from app.auth.admin import guard
from app.auth.database import db
from app.auth.institutions import directory, members
from app.auth.staff import grants, own_roles
from app.auth.staff.permissions import BUILT_IN, CATALOGUE, EVERYWHERE_ONLY
from app.foundation.database import kept
from tests.auth.test_access import address, routes
from tests.support.marks import abuse, mission

HELD = {
    "olga": CATALOGUE,
    "sol": BUILT_IN["support"],
    "ana": frozenset(),
    "ida": CATALOGUE - EVERYWHERE_ONLY,
}


@pytest.fixture
def database_kind():
    """Who holds what is the rooms' to read."""
    return "sqlite"


@pytest.fixture
def staff(app):
    """Beside the people of the house Ida, who administers Aurora alone: Otto, as he was."""
    with app.app_context(), kept(db):
        directory.create("aurora", "Aurora")
        otto = lookup.by_email("otto@exemplo.com.br")
        grants.take(otto, "admin")
        members.admit(otto, "aurora")
        grants.give(otto, "admin", code="aurora")


@mission("S85")
@abuse("G-07")
@pytest.mark.parametrize("name", HELD)
def test_every_route_lets_in_who_holds_its_permission_and_nobody_else(app, staff, office, name):
    browser = office({"ida": "otto"}.get(name, name))
    token = browser.open("/account").forms["sign-out-form"]["fields"]["csrf_token"]

    for rule, method in routes(app, {access.OFFICE}):
        permission, _ = guard.needed(app, rule.endpoint)
        data = {"csrf_token": token} if method == "POST" else None
        answer = browser.client.open(
            address(rule), method=method, data=data, headers=browser.headers
        )

        where = (name, method, rule.rule, answer.status_code)
        assert answer.status_code < 500, where
        if permission not in {*HELD[name], guard.ANY}:
            assert answer.status_code == 403, where
        elif method == "GET" and permission != guard.ANY:
            assert answer.status_code in {200, 404}, where


@mission("S85")
def test_a_role_of_one_permission_opens_the_routes_of_that_alone(app, office):
    with app.app_context(), kept(db):
        ana = lookup.by_email("ana@exemplo.com.br")
        for name in sorted(CATALOGUE):
            own_roles.define(f"only-{name.replace(':', '-').replace('_', '-')}", [name])
        grants.give(ana, "only-roles-read")
    browser = office(None)
    browser.enter("ana", "/admin/roles")

    for rule, method in routes(app, {access.OFFICE}):
        permission, _ = guard.needed(app, rule.endpoint)
        if method == "GET" and permission != guard.ANY:
            status = browser.open(address(rule)).status
            wanted = {200, 404} if permission == "roles:read" else {403}
            assert status in wanted, (rule.rule, status)
