"""What somebody may do is the union of their roles, each everywhere or in one institution."""

import pytest
from sqlalchemy import insert

from app.auth.database import db
from app.auth.institutions import directory, roles
from app.auth.institutions.models import Role
from app.auth.staff import reach
from app.auth.staff.models import InstitutionRole, RolePermission
from app.auth.staff.permissions import BUILT_IN, CATALOGUE, EVERYWHERE_ONLY
from app.auth.staff.reach import EVERYWHERE, Reach
from app.foundation.database import kept
from app.foundation.problems import NotFound
from tests.auth import persons
from tests.support.marks import mission


@pytest.fixture
def bea(auth_app):
    """A person with no role, two institutions, and a role that the bank defined for itself."""
    with auth_app.app_context(), kept(db):
        roles.ensure()
        db.session.execute(insert(Role), {"name": "auditor"})
        for name in ("audit:read", "keys:read"):
            db.session.execute(insert(RolePermission), {"role": "auditor", "permission": name})
        for code in ("aurora", "boreal"):
            directory.create(code, code.title())
    with auth_app.app_context():
        return persons.open_account("bea@example.com")


def hold(user, role, code):
    """Give a role in one institution."""
    row = {"user_id": user.id, "role": role, "institution_id": directory.get(code).id}
    db.session.execute(insert(InstitutionRole), row)


@mission("S84")
def test_a_role_of_everywhere_reaches_everywhere(auth_app, bea):
    with auth_app.app_context(), kept(db):
        roles.give(bea, ["admin"])

        assert reach.of(bea.id) == dict.fromkeys(CATALOGUE, EVERYWHERE)


def test_a_role_in_an_institution_reaches_no_other_and_nothing_that_is_of_none(auth_app, bea):
    with auth_app.app_context(), kept(db):
        hold(bea, "admin", "aurora")
        held = reach.of(bea.id)

    assert set(held) == CATALOGUE - EVERYWHERE_ONLY
    assert set(held.values()) == {Reach(frozenset({"aurora"}))}
    assert held["people:read"].covers("boreal", "aurora")
    assert not held["people:read"].covers("boreal")
    assert not held["people:read"].covers(None)
    with pytest.raises(NotFound):
        held["people:read"].demand("boreal")


def test_roles_of_several_places_add_up(auth_app, bea):
    with auth_app.app_context(), kept(db):
        hold(bea, "admin", "aurora")
        hold(bea, "support", "boreal")
        hold(bea, "auditor", "boreal")
        roles.give(bea, ["support"])
        held = reach.of(bea.id)

    assert held["people:read"] == EVERYWHERE
    assert held["people:lock"] == Reach(frozenset({"aurora"}))
    assert held["audit:read"] == Reach(frozenset({"aurora", "boreal"}))
    assert "keys:read" not in held


def test_nobody_holds_anything_by_being_a_person(auth_app, bea):
    with auth_app.app_context():
        assert reach.of(bea.id) == {}


@mission("S84")
def test_every_role_of_the_house_has_its_permissions():
    assert set(BUILT_IN) == set(roles.CATALOGUE)
