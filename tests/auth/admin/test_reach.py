"""An institution's administrator sees and registers the apps of that institution, and no others."""

import json

import pytest

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.institutions import directory, members
from app.auth.staff import grants
from app.foundation.database import kept
from tests.support.marks import abuse, mission

CLIENTS = "/admin/clients"


@pytest.fixture
def sol(app, office, register):
    """Aurora's administrator, at work; apps of Aurora's, of Boreal's, and of nobody's."""
    with app.app_context(), kept(db):
        for code in ("aurora", "boreal"):
            directory.create(code, code.title())
        person = lookup.by_email("sol@exemplo.com.br")
        members.admit(person, "aurora")
        grants.give(person, "admin", code="aurora")
    register("ours", client_name="Conta Aurora", institution="aurora")
    register("theirs", client_name="Conta Boreal", institution="boreal")
    register("nobodys", client_name="Loja")
    return office("sol")


@mission("S85")
@abuse("G-07")
def test_another_institutions_apps_are_nowhere(sol):
    page = sol.open(CLIENTS)
    assert ("Conta Aurora" in page.text, "Boreal" in page.text, "Loja" in page.text) == (
        True,
        False,
        False,
    )
    for asked in ("q=Boreal", "q=theirs", "q=a&state=active&order=name", "page=2", "type=web"):
        assert "Boreal" not in sol.open(f"{CLIENTS}?{asked}").text
    for kind in ("json", "csv"):
        whole = sol.client.get(f"{CLIENTS}?format={kind}", headers=sol.headers).text
        assert ("ours" in whole, "theirs" in whole, "nobodys" in whole) == (True, False, False)


@mission("S85")
@abuse("G-07")
def test_an_id_of_anothers_is_no_ones(sol, stored):
    for client_id in ("theirs", "nobodys", "nothing"):
        own = f"{CLIENTS}/{client_id}"
        before = stored(client_id) and stored(client_id).updated_at
        for way in ("", "/edit", "/disable", "/enable", "/verify", "/delete", "/rotate-secret"):
            assert sol.open(f"{own}{way}").status == 404, way
            if way:
                answer = sol.post(f"{own}{way}", overlap="0", client_name="x", kind="web")
                assert answer.status_code == 404, way
        told = sol.post(f"{CLIENTS}/check", client=client_id, client_name="x", kind="web")
        assert "Boreal" not in json.dumps(told.json)
        assert (stored(client_id) and stored(client_id).updated_at) == before


@mission("S85")
def test_an_app_is_registered_for_ones_own_institution_alone(sol, stored, olga):
    page = sol.open(f"{CLIENTS}/new")
    assert page.forms["client-form"]["fields"]["institution"] == "aurora"

    for other in ("boreal", "nowhere", ""):
        assert sol.filled(institution=other).status == 422
    made = sol.filled(client_name="Outra")
    assert made.name[0] == "admin-client-secret"
    assert sol.filled(f"{CLIENTS}/ours/edit", institution="boreal").status == 422
    assert sol.filled(f"{CLIENTS}/ours/edit", client_name="Aurora 2").status == 200

    assert stored("ours").institution == "aurora"
    assert "Outra" in sol.open(CLIENTS).text
    assert olga.open(f"{CLIENTS}/theirs").status == 200
