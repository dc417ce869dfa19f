"""What people allowed apps is seen within one's reach, and taken back in their stead."""

import json

import pytest
from sqlalchemy import select

from app.auth.accounts import lookup
from app.auth.audit.models import AuditRecord
from app.auth.consents import approval
from app.auth.database import db
from app.auth.institutions import members
from app.foundation.database import kept
from tests.support.marks import abuse, mission

CONSENTS = "/admin/consents"
WHO = (("ana", "aurora", ("loja", "outra")), ("otto", "boreal", ("loja",)))


@pytest.fixture
def allowed(app, banks, register):
    """Ana, of Aurora, and Otto, of Boreal, allowed the shop something; Ana another app too."""
    register()
    register("outra", client_name="Outra")
    with app.app_context(), kept(db):
        for name, code, apps in WHO:
            person = lookup.by_email(f"{name}@exemplo.com.br")
            members.admit(person, code)
            for client_id in apps:
                approval.give(person.id, person.sub, client_id, ("openid", "wallet:read"))


def rows(browser, asked=""):
    """The consents that fit, as the file has them."""
    return json.loads(browser.open(f"{CONSENTS}?format=json&{asked}").html)


@mission("S84")
def test_consents_are_found_by_person_and_by_app_within_reach(olga, bea, allowed, sub_of):
    assert len(rows(olga)) == 3
    assert len(rows(olga, "q=ana@exemplo.com.br")) == 2
    assert [row["client_id"] for row in rows(olga, "app=outra")] == ["outra"]
    assert rows(olga, "q=nobody") == []
    assert {row["sub"] for row in rows(bea)} == {sub_of("ana")}
    assert rows(bea, "q=otto@exemplo.com.br") == []
    page = bea.open(CONSENTS)
    assert "Otto" not in page.html
    assert "ana@exemplo.com.br" not in page.html


@mission("S84")
def test_a_consent_is_taken_back_and_the_record_tells_by_whom(app, olga, bea, allowed, sub_of):
    [theirs] = rows(olga, "q=otto@exemplo.com.br")
    [own] = rows(bea, "app=outra")
    assert bea.open(f"{CONSENTS}/{theirs['id']}/withdraw").status == 404

    ask = bea.open(f"{CONSENTS}/{own['id']}/withdraw")
    after = bea.submit(ask, "admin-consent-withdraw-form")

    assert after.address == f"{CONSENTS}?done=withdrawn"
    assert [row["client_id"] for row in rows(bea)] == ["loja"]
    with app.app_context():
        told = AuditRecord.event == "consent:scopes:withdrawn"
        [record] = db.session.scalars(select(AuditRecord).where(told)).all()
        assert (record.actor, record.subject) == (sub_of("bea"), sub_of("ana"))
    assert bea.submit(ask, "admin-consent-withdraw-form").status == 404


@mission("S84")
@abuse("G-07")
def test_support_has_no_list_of_them_and_is_led_to_none(office, olga, allowed):
    sol = office("sol")
    [row] = rows(olga, "app=outra")

    for asked in ("", "?format=csv", "?format=json", f"/{row['id']}/withdraw"):
        assert sol.open(f"{CONSENTS}{asked}").status == 403, asked
    assert CONSENTS not in sol.open("/admin/users").html
    assert CONSENTS in olga.open("/admin/users").html


@mission("S84")
def test_who_takes_the_list_away_is_in_the_record(app, olga, allowed, sub_of):
    olga.open(CONSENTS)
    olga.open(f"{CONSENTS}?format=csv&app=outra&order=oldest")

    with app.app_context():
        told = AuditRecord.event == "consent:list:exported"
        [record] = db.session.scalars(select(AuditRecord).where(told)).all()
        assert (record.actor, record.subject) == (sub_of("olga"), None)
        assert json.loads(record.data) == {"filters": ["app"]}
