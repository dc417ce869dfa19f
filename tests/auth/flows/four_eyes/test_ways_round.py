"""The ways round a second pair of eyes, each closed."""

import json

import pytest
from sqlalchemy import insert

from app.auth.accounts import lookup
from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.clients import registration
from app.auth.clients.metadata import InvalidMetadata
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.factors.models import TotpSecret
from app.auth.flows import self_registration
from app.auth.flows.four_eyes import acts, asking
from app.auth.flows.four_eyes.kinds.client_secrets import SecretWaits
from app.auth.flows.people import locking
from app.auth.institutions import members
from app.auth.staff import grants, holding, own_roles, sight
from app.auth.staff.pending import OwnAct
from app.auth.staff.reach import Reach
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import stage
from tests.auth.flows.four_eyes.conftest import tried
from tests.support.marks import abuse, mission

PAYER = {
    "client_name": "Pagador",
    "redirect_uris": ["https://pagador.example/volta"],
    "scope": "openid payments:write",
}


@pytest.fixture
def payer(auth_app, people):
    """An app of Aurora's that moves money, with a secret; the context is open."""
    with auth_app.app_context():
        stage.register("payer", **PAYER, institution="aurora", policy_uri="https://a.example/p")
        yield "payer"


def change(people, **more):
    """Ada changes the app: PAYER with ``more``; None takes a member away."""
    given = PAYER | {"institution": "aurora", "policy_uri": "https://a.example/p"} | more
    given = {name: value for name, value in given.items() if value is not None}
    with kept(db):
        return asking.change_client("payer", given, scopes=scopes.EVERY, by=people["ada"].sub)


def names(act):
    """The members that an act tells would be otherwise."""
    return [name for name, _, _ in json.loads(act.difference)]


@abuse("G-07")
def test_what_a_change_takes_away_is_told(people, payer):
    act = change(people, institution=None, policy_uri=None, require_pkce=False).act

    assert {"institution", "policy_uri", "require_pkce"} <= {*names(act)}


@abuse("G-07")
def test_what_a_new_app_does_without_is_told(auth_app, people):
    given = PAYER | {"require_pkce": False}
    with auth_app.app_context(), kept(db):
        act = asking.register_client_for(given, scopes=scopes.EVERY, by=people["ada"].sub).act

    assert ["require_pkce", None, False] in json.loads(act.difference)


def test_what_would_change_nothing_is_not_left_waiting(auth_app, people):
    with auth_app.app_context(), kept(db):
        bia = lookup.by_sub(people["bia"].sub)

        assert asking.give_role(bia, "admin", by=people["ada"].sub).act is None


@abuse("G-07")
def test_a_role_is_not_let_hold_more_by_who_has_it(auth_app, people):
    with auth_app.app_context():
        with kept(db):
            own_roles.define("approver", ["acts:approve"])
            grants.give(lookup.by_sub(people["eva"].sub), "approver")
            more = ["acts:approve", "people:lock"]
            act = asking.change_role("approver", more, by=people["ada"].sub).act

        assert acts.is_own(act, people["eva"].sub)
        assert tried(acts.approve, act.id, by=people["eva"].sub) is OwnAct
        assert tried(acts.approve, act.id, by=people["bia"].sub) is None


@abuse("G-07")
def test_who_was_dismissed_meanwhile_gets_no_secret(people, payer):
    ada = people["ada"].sub
    with kept(db):
        act = asking.replace_secret(payer, by=ada).act
    with kept(db):
        locking.lock(ada, by=people["bia"].sub)

    assert tried(acts.approve, act.id, by=people["bia"].sub) is acts.NoLonger


@abuse("G-07")
def test_an_app_that_went_to_another_meanwhile_gets_no_secret(people, payer):
    with kept(db):
        act = asking.replace_secret(payer, by=people["ada"].sub).act
    with kept(db):
        registration.held(payer).institution = "boreal"

    assert tried(acts.approve, act.id, by=people["bia"].sub) is acts.Overtaken


def test_of_two_secrets_that_wait_nobody_could_tell(people, payer):
    with kept(db):
        asking.replace_secret(payer, by=people["ada"].sub)

    assert tried(asking.replace_secret, payer, by=people["ada"].sub) is SecretWaits
    assert tried(asking.replace_secret, payer, by=people["caio"].sub) is None


@mission("S84")
@abuse("G-07")
def test_the_record_tells_an_institution_of_acts_about_its_own_alone(auth_app, people):
    with auth_app.app_context():
        with kept(db):
            members.admit(lookup.by_sub(people["ada"].sub), "aurora")
            members.admit(lookup.by_sub(people["caio"].sub), "boreal")
            for code, name in (("boreal", "caio"), ("aurora", "eva")):
                user = lookup.by_sub(people[name].sub)
                asking.give_role(user, "support", code=code, by=people["ada"].sub)
        seen = sight.of_records(Reach(frozenset({"aurora"})))
        told = db.session.query(AuditRecord.subject).where(
            AuditRecord.event == events.ACT_ASKED, seen
        )

        assert [row.subject for row in told] == [people["eva"].sub]


class TestOfOneInstitution:
    """The house does not ask; Aurora does."""

    @pytest.fixture
    def auth_app(self, create_house):
        return create_house("auth", REGISTRATION="open")

    @pytest.fixture
    def people(self, auth_app, people):
        with auth_app.app_context(), kept(db):
            asking.switch("aurora", on=True)
        return people

    @abuse("G-07")
    def test_an_app_that_moves_money_does_not_leave_first(self, people, payer):
        assert change(people, institution="boreal", scope="openid").act
        assert change(people, scope="openid").act

    @abuse("G-07")
    def test_a_member_is_not_released_first(self, auth_app, people, told):
        eva = people["eva"].sub
        with auth_app.app_context():
            with kept(db):
                secret = {"secret_sealed": b"x", "enabled_at": clock.now()}
                db.session.execute(insert(TotpSecret), secret | {"user_id": people["eva"].id})
                grants.give(lookup.by_sub(eva), "support", code="aurora")
            with kept(db):
                act = asking.release(lookup.by_sub(eva), "aurora", by=people["ada"].sub).act
            assert members.codes(people["eva"].id) == ["aurora"]
            assert names(act) == ["institutions", "roles"]
            assert tried(acts.approve, act.id, by=people["davi"].sub) is None
            assert members.codes(people["eva"].id) == []
            assert holding.here(people["eva"].id, "aurora") == set()
        event, _, data = told(eva)[-1]
        assert event == events.MEMBER_RELEASED
        assert (data["institution"], data["roles"]) == ("aurora", ["support"])

    @abuse("G-07")
    def test_an_app_of_its_own_gives_itself_nothing_that_moves_money(self, auth_app, people):
        with auth_app.app_context():
            with kept(db):
                mine = self_registration.begin(PAYER | {"scope": "openid"})
            with kept(db):
                registration.held(mine["client_id"]).institution = "aurora"
            token = mine["registration_access_token"]
            given = PAYER | {"client_id": mine["client_id"]}

            refused = tried(self_registration.change, mine["client_id"], token, given)
            assert refused is InvalidMetadata
