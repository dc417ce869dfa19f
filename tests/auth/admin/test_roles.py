"""The pages of roles: what each holds, who has it; defined, given and taken."""

import json

import pytest

from app.auth.accounts import lookup
from app.auth.audit import events
from app.auth.database import db
from app.auth.institutions import directory, members, roles
from app.auth.staff import grants, holding, own_roles
from app.auth.staff.reach import EVERYWHERE
from app.foundation.database import kept
from tests.support.marks import abuse, asvs, mission

ROLES = "/admin/roles"


@pytest.fixture
def database_kind():
    """The pages add no question of their own to the rooms'."""
    return "sqlite"


@pytest.fixture
def banks(app):
    """Aurora, whose administrator is sol and whose member is ana; Boreal, with otto."""
    with app.app_context(), kept(db):
        for code in ("aurora", "boreal"):
            directory.create(code, f"Banco {code.title()}")
        for name, code in (("sol", "aurora"), ("ana", "aurora"), ("otto", "boreal")):
            members.admit(person(name), code)
        grants.give(person("sol"), "admin", code="aurora")
        grants.give(person("otto"), "support", code="boreal")


def person(name):
    """The person of that name."""
    return lookup.by_email(f"{name}@exemplo.com.br")


def held_by(app, name, code=None):
    """The names of somebody's roles."""
    with app.app_context():
        return holding.here(person(name).id, code)


def define(browser, name="auditor", *permissions):
    """Define a role by the page."""
    form = browser.open(f"{ROLES}/new")
    typed = {"name": name, "description": "Lê o registro", "permissions": list(permissions)}
    return browser.submit(form, "role-form", **typed)


@mission("S84")
def test_a_role_is_defined_given_changed_taken_and_deleted(app, olga, recorded, sub_of):
    page = define(olga, "auditor", "audit:read", "roles:read")
    assert (page.status, page.address) == (200, f"{ROLES}/auditor?done=defined")
    assert "audit:read" in page.text

    given = olga.submit(
        olga.open(f"{ROLES}/auditor/give"), "role-give-form", who="ana@exemplo.com.br"
    )
    assert (given.status, held_by(app, "ana")) == (200, {"user", "auditor"})
    assert "Ana Prado" in given.text

    form = olga.open(f"{ROLES}/auditor/edit")
    changed = olga.submit(form, "role-form", permissions=["audit:read"])
    late = olga.submit(form, "role-form", permissions=["keys:read"])
    assert (changed.status, late.status) == (200, 409)
    with app.app_context():
        assert own_roles.get("auditor").permissions == {"audit:read"}

    asked = olga.open(f"{ROLES}/auditor/delete")
    assert olga.submit(asked, "role-delete-form").status == 409
    taking = next(each for each in given.links if each.endswith(f"/take/{sub_of('ana')}"))
    assert olga.submit(olga.open(taking), "role-take-form").status == 200
    assert held_by(app, "ana") == {"user"}
    assert olga.submit(olga.open(f"{ROLES}/auditor/delete"), "role-delete-form").status == 200
    assert olga.open(f"{ROLES}/auditor").status == 404

    mine = (events.ROLE_DEFINED, events.ROLE_CHANGED, events.ROLE_DELETED)
    assert recorded("auditor") == [(each, sub_of("olga")) for each in mine]
    assert recorded(sub_of("ana"))[-2:] == [
        (events.ROLE_GIVEN, sub_of("olga")),
        (events.ROLE_TAKEN, sub_of("olga")),
    ]


@mission("S84")
def test_the_grid_shows_every_role_beside_every_permission(olga):
    define(olga, "auditor", "audit:read")

    page = olga.open(ROLES)

    assert page.html.count('scope="col"') == 5
    assert page.html.count('scope="row"') == 25


@pytest.mark.parametrize("name", ["user", "support", "admin"])
def test_the_roles_of_the_house_are_read_only(olga, name):
    page = olga.open(f"{ROLES}/{name}")

    assert (page.status, "role-edit" in page.elements) == (200, False)
    for way in ("edit", "delete"):
        assert olga.open(f"{ROLES}/{name}/{way}").status == 403
        assert olga.post(f"{ROLES}/{name}/{way}", permissions="keys:read").status_code == 403


@pytest.mark.parametrize("name", ["", "x", "Auditor", "new", "a" * 41, "audit or", "é", "../x"])
def test_what_cannot_be_a_role_is_told(olga, name):
    assert define(olga, name, "audit:read").status == 422


@abuse("G-07")
def test_nobody_changes_their_own_roles(app, olga, office, sub_of):
    giving = olga.open(f"{ROLES}/support/give")
    assert olga.submit(giving, "role-give-form", who="olga@exemplo.com.br").status == 403
    own = f"{ROLES}/admin/take/{sub_of('olga')}"
    assert olga.submit(olga.open(own), "role-take-form").status == 403

    define(olga, "chief", "roles:define", "roles:read")
    olga.submit(olga.open(f"{ROLES}/chief/give"), "role-give-form", who="ana@exemplo.com.br")
    ana = office(None)
    assert ana.enter("ana", f"{ROLES}/chief/edit").status == 200
    for more in (["roles:define", "roles:read", "keys:manage"], ["roles:define"]):
        form = ana.open(f"{ROLES}/chief/edit")
        assert ana.submit(form, "role-form", permissions=more).status == 403
    assert define(ana, "mine", "keys:manage").status == 403
    assert ana.open(f"{ROLES}/chief/give").status == 403

    assert held_by(app, "olga") == {"admin", "user"}


@asvs("8.2.1")
@abuse("G-07")
def test_support_gives_itself_nothing(app, office, sub_of):
    sol = office("sol")

    for address in (ROLES, f"{ROLES}/admin", f"{ROLES}/admin/give", f"{ROLES}/new", "/admin/staff"):
        assert sol.open(address).status == 403
    token = sol.open("/account").forms["sign-out-form"]["fields"]["csrf_token"]
    for address in (f"{ROLES}/admin/give", f"{ROLES}/support/take/{sub_of('olga')}"):
        fields = {"csrf_token": token, "who": "sol@exemplo.com.br"}
        assert sol.client.post(address, data=fields, headers=sol.headers).status_code == 403

    assert held_by(app, "sol") == {"support", "user"}


@asvs("8.4.1")
@abuse("G-07")
def test_an_institutions_administrator_stays_within_it(app, banks, office, sub_of):
    sol = office("sol")

    page = sol.open("/admin/staff")
    assert "Sol Prado" in page.text
    assert "Otto" not in page.text
    assert "Olga" not in page.text
    whole = sol.client.get("/admin/staff?format=json", headers=sol.headers)
    assert [row["institution"] for row in json.loads(whole.text)] == ["aurora"]

    give = sol.open(f"{ROLES}/support/give")
    assert sol.submit(give, "role-give-form", who="ana@exemplo.com.br").status == 200
    assert held_by(app, "ana", "aurora") == {"support"}

    others = [("otto", "aurora", 422), ("otto", "boreal", 422), ("ana", "boreal", 404)]
    for who, code, status in [*others, ("ana", "", 403), ("ana", "nowhere", 404)]:
        typed = {"who": f"{who}@exemplo.com.br", "institution": code}
        assert sol.submit(give, "role-give-form", **typed).status == status, (who, code)
    assert sol.submit(give, "role-give-form", who="nobody@exemplo.com.br").status == 422

    for address in (
        f"{ROLES}/support/take/{sub_of('otto')}?institution=boreal",
        f"{ROLES}/support/take/{sub_of('otto')}?institution=aurora",
        f"{ROLES}/admin/take/{sub_of('olga')}",
    ):
        assert sol.open(address).status == 404
        assert sol.post(address).status_code == 404
    assert sol.open(f"{ROLES}/new").status == 403
    assert held_by(app, "olga") == {"admin", "user"}


def test_staff_are_found_however_their_name_is_typed(app, olga):
    with app.app_context(), kept(db):
        lookup.by_email("otto@exemplo.com.br").full_name = "Ótto Ávila"

    assert "Ótto Ávila" in olga.open("/admin/staff?q=OTTO+av").text


def test_the_list_of_staff_is_searched_sorted_and_a_file(app, olga, banks):
    found = olga.open("/admin/staff?q=OTTO&order=role")
    file = olga.client.get("/admin/staff?format=json&role=admin", headers=olga.headers)

    assert "Otto Prado" in found.text
    assert "Sol Prado" not in found.text
    assert [row["name"] for row in json.loads(file.text)] == [
        "Olga Prado",
        "Otto Prado",
        "Sol Prado",
    ]
    with app.app_context():
        assert roles.EVERYBODY not in {row.role for row in holding.look(EVERYWHERE).rows}
