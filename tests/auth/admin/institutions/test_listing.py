"""The institutions: opened, listed, looked through, and quick however many there are."""

import json

import pytest
from sqlalchemy import insert

from app.auth.database import db
from app.auth.institutions import registry
from app.auth.institutions.models import Institution
from app.foundation import clock, ids
from app.foundation.database import kept
from tests.support.marks import mission
from tests.support.spans import least

MANY = 5_000
QUICK = 0.3  # seconds


def test_an_institution_is_opened_listed_and_shown(olga, recorded, sub_of):
    form = olga.open("/admin/institutions/new")

    after = olga.submit(form, "institution-form", code="aurora", name="Banco Aurora")

    assert after.address == "/admin/institutions/aurora?done=opened"
    assert "Banco Aurora" in after.text
    assert ("institution:profile:created", sub_of("olga")) in recorded("aurora")
    assert "/admin/institutions/aurora" in olga.open("/admin/institutions").links


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("status", "field", "typed"),
    [
        (422, "code", {"code": "Au rora", "name": "x"}),
        (422, "name", {"code": "zero", "name": " "}),
        (422, "name", {"code": "zero", "name": "z" * 61}),
        (409, "code", {"code": "boreal", "name": "Outro"}),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(olga, banks, status, field, typed):
    page = olga.submit(olga.open("/admin/institutions/new"), "institution-form", **typed)

    assert page.status == status
    assert page.elements[f"{field}-error"]
    assert page.elements["name"]["value"] == typed["name"].strip()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_code_that_an_address_has_for_itself_has_an_address(olga):
    olga.submit(olga.open("/admin/institutions/new"), "institution-form", code="new", name="Novo")

    [link] = [each for each in olga.open("/admin/institutions").links if each.endswith("%6Eew")]
    assert "Novo" in olga.open(link).text


@mission("S84")
def test_an_administrator_of_one_institution_sees_no_other(bea):
    page = bea.open("/admin/institutions")

    assert "Banco Aurora" in page.text
    assert "Boreal" not in page.html
    assert [
        row["code"] for row in json.loads(bea.open("/admin/institutions?format=json").html)
    ] == ["aurora"]
    for path in ("", "/brand", "/preview", "/policy", "/members", "/invitations", "/undress"):
        assert bea.open(f"/admin/institutions/aurora{path}").status == 200, path
        nobodys = bea.open(f"/admin/institutions/nowhere{path}")
        theirs = bea.open(f"/admin/institutions/boreal{path}")
        assert (theirs.status, nobodys.status) == (404, 404), path
    assert bea.open("/admin/institutions/new").status == 403
    for path in ("/brand", "/policy", "/members", "/invitations", "/undress"):
        token = bea.open("/admin/institutions").forms["sign-out-form"]["fields"]["csrf_token"]
        sent = {"csrf_token": token, "policy": "always", "name": "x", "email": "x@example.com"}
        answer = bea.client.post(f"/admin/institutions/boreal{path}", data=sent)
        assert answer.status_code == 404, path


def test_a_list_is_searched_filtered_and_taken_away(olga, banks, app):
    with app.app_context(), kept(db):
        db.session.add(Institution(code="sao", name="Cooperativa São João"))
        db.session.add(Institution(code="calc", name="=1+1"))

    def found(asked):
        rows = json.loads(olga.open(f"/admin/institutions?format=json&{asked}").html)
        return [row["code"] for row in rows]

    assert found("q=S%C3%83O") == ["sao"]
    assert found("q=bore") == ["boreal"]
    assert found("order=code") == ["aurora", "boreal", "calc", "sao"]
    assert found("policy=always") == found("dress=own") == []
    assert "'=1+1" in olga.open("/admin/institutions?format=csv").html


@mission("S57")
def test_five_thousand_institutions_stay_quick(olga, app, register):
    rows = [
        {"id": ids.new("ins"), "code": f"banco-{n:04}", "name": f"Banco {n:04}"}
        | {"name_folded": f"banco {n:04}", "created_at": clock.now()}
        for n in range(MANY)
    ]
    with app.app_context(), kept(db):
        db.session.execute(insert(Institution.__table__), rows)
    register("loja", institution="banco-4321", token_endpoint_auth_method="none")
    asked = "/oauth/authorize?response_type=code&client_id=loja&redirect_uri=https%3A%2F%2Floja"
    asked += ".example%2Fvolta&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    asked += "&code_challenge_method=S256&scope=openid&prompt=login"

    for address in (
        "/admin/institutions",
        "/admin/institutions?page=200",
        "/admin/institutions?q=banco-49&order=newest",
        "/admin/institutions/banco-4321",
        "/admin/clients/new",
        asked,
    ):
        assert least(lambda address=address: olga.open(address)) < QUICK, address

    form = olga.open("/admin/clients/new")
    assert len(form.html) < 100_000
    found = olga.submit(form, "client-form", institution="banco-43", find="1")
    assert found.status == 200
    assert found.html.count('name="pick"') == 10
    picked = olga.submit(found, "client-form", pick="banco-4302")
    assert picked.elements["institution"]["value"] == "banco-4302"
    with app.app_context():
        assert registry.find("banco-4321").name == "Banco 4321"
