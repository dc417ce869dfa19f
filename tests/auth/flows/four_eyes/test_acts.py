"""One asks, another approves: once, while what it is based on stands, and both are named."""

import json
from datetime import timedelta

import pytest

from app.auth.accounts import lookup
from app.auth.audit import events
from app.auth.clients.metadata import InvalidMetadata
from app.auth.database import db
from app.auth.flows import self_registration
from app.auth.flows.four_eyes import acts, asking
from app.auth.institutions import directory
from app.auth.staff import authority, grants, holding, own_roles, pending
from app.auth.staff.pending import Decided, OwnAct
from app.auth.staff.reach import Reach
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.auth.flows.four_eyes.conftest import tried
from tests.support.marks import abuse, mission


@pytest.fixture
def asked(auth_app, people):
    """Ada asks that Eva administer; the act that waits."""
    with auth_app.app_context(), kept(db):
        return asking.give_role(eva(people), "admin", by=people["ada"].sub).act


def eva(people):
    """Eva, as she is now."""
    return lookup.by_sub(people["eva"].sub)


@mission("S84")
@abuse("G-07")
def test_nothing_is_done_until_another_approves_and_the_record_names_both(
    auth_app, people, asked, told
):
    ada, bia = people["ada"].sub, people["bia"].sub
    with auth_app.app_context():
        assert holding.here(people["eva"].id) == set()
        assert tried(acts.approve, asked.id, by=ada) is OwnAct
        assert tried(acts.approve, asked.id, by=people["eva"].sub) is authority.Beyond

        assert tried(acts.approve, asked.id, by=bia) is None

        assert holding.here(people["eva"].id) == {"admin"}
        assert tried(acts.approve, asked.id, by=people["caio"].sub) is Decided
    names = {"role": "admin", "asked_by": ada, "approved_by": bia, "act": asked.id}
    assert told(people["eva"].sub)[-2:] == [
        (events.ACT_ASKED, ada, {"kind": "role_grant", "act": asked.id}),
        (events.ROLE_GIVEN, ada, names),
    ]


@abuse("G-07")
def test_of_fifty_who_approve_at_once_one_does_it(auth_app, people, asked):
    others = [people["bia"].sub, people["caio"].sub] * 25

    def approve(number):
        with kept(db):
            acts.approve(asked.id, by=others[number])

    got = stage.all_at_once(auth_app, approve, len(others))

    assert got.count(None) == 1
    assert {type(each) for each in got} == {type(None), Decided}
    with auth_app.app_context():
        assert persons.recorded().count((events.ROLE_GIVEN, people["eva"].sub)) == 1


@abuse("G-07")
def test_whoever_would_have_the_role_does_not_approve_it(auth_app, people):
    with auth_app.app_context():
        with kept(db):
            bia = lookup.by_sub(people["bia"].sub)
            act = asking.give_role(bia, "support", by=people["ada"].sub).act

        assert tried(acts.approve, act.id, by=people["bia"].sub) is OwnAct
        assert tried(acts.approve, act.id, by=people["caio"].sub) is None


def test_what_was_refused_or_is_late_is_not_done(auth_app, people, asked, held_clock, told):
    bia = people["bia"].sub
    with auth_app.app_context():
        with kept(db):
            late = asking.give_role(eva(people), "support", by=people["ada"].sub).act
        assert tried(acts.refuse, asked.id, by=bia) is None
        assert tried(acts.approve, asked.id, by=people["caio"].sub) is Decided
        held_clock.shift(timedelta(days=8))
        assert tried(acts.approve, late.id, by=bia) is Decided
        assert tried(acts.refuse, late.id, by=bia) is Decided

        assert holding.here(people["eva"].id) == set()
        assert pending.state_of(pending.get(late.id)) == "lapsed"
    assert [
        (event, who) for event, who, data in told(people["eva"].sub) if data.get("act") == asked.id
    ] == [(events.ACT_ASKED, people["ada"].sub), (events.ACT_REFUSED, bia)]


def test_what_it_was_based_on_changed_meanwhile(auth_app, people):
    ada, bia = people["ada"].sub, people["bia"].sub
    with auth_app.app_context():
        with kept(db):
            own_roles.define("auditor", ["audit:read"])
            act = asking.give_role(eva(people), "auditor", by=ada).act
            change = asking.change_role("auditor", ["audit:read", "keys:read"], by=ada).act
        assert tried(acts.approve, change.id, by=bia) is None

        assert tried(acts.approve, act.id, by=bia) is acts.Overtaken

        assert pending.state_of(pending.get(act.id)) == "waiting"
        assert holding.here(people["eva"].id) == set()


def test_who_asked_must_still_be_allowed_to(auth_app, people, asked):
    with auth_app.app_context():
        with kept(db):
            grants.take(lookup.by_sub(people["ada"].sub), "admin", by=people["caio"].sub)

        assert tried(acts.approve, asked.id, by=people["bia"].sub) is acts.NoLonger
        assert holding.here(people["eva"].id) == set()


def test_the_same_asked_for_twice_waits_once(auth_app, people, asked):
    with auth_app.app_context(), kept(db):
        again = asking.give_role(eva(people), "admin", by=people["ada"].sub).act

        assert again.id == asked.id
        assert json.loads(again.difference) == [["roles", [], ["admin"]]]


@abuse("G-07")
def test_another_institutions_acts_are_not_there(auth_app, people, asked):
    davi = people["davi"].sub
    with auth_app.app_context():
        with kept(db):
            own = asking.give_role(eva(people), "support", code="aurora", by=people["ada"].sub).act
        assert tried(acts.approve, asked.id, by=davi) is authority.Beyond
        assert tried(acts.refuse, asked.id, by=davi) is authority.Beyond
        aurora, boreal = (Reach(frozenset({code})) for code in ("aurora", "boreal"))
        assert [act.id for act in pending.look(aurora).rows] == [own.id]
        assert pending.look(boreal).rows == []
        assert tried(acts.approve, own.id, by=davi) is None
        assert holding.here(people["eva"].id, "aurora") == {"support"}


@abuse("G-07")
def test_no_app_gives_itself_what_moves_money(auth_app, people):
    given = {"redirect_uris": ["https://loja.example/volta"], "scope": "openid payments:write"}
    with auth_app.app_context():
        assert tried(self_registration.begin, given) is InvalidMetadata
        assert tried(self_registration.begin, given | {"scope": "openid wallet:read"}) is None


class TestOfOneInstitution:
    """The house does not ask; Aurora does."""

    @pytest.fixture
    def auth_app(self, create_house):
        return create_house("auth")

    @pytest.fixture
    def wishing(self, auth_app, people):
        with auth_app.app_context(), kept(db):
            asking.switch("aurora", on=True, by=people["davi"].sub)

    @abuse("G-07")
    def test_what_is_its_own_or_would_reach_it_waits(self, auth_app, people, wishing):
        ada = people["ada"].sub
        with auth_app.app_context(), kept(db):
            assert asking.give_role(eva(people), "support", code="aurora", by=ada).act
            assert asking.give_role(eva(people), "support", by=ada).act

    @abuse("G-07")
    def test_doing_without_needs_a_second_one_too(self, auth_app, people, wishing, told):
        ada, davi = people["ada"].sub, people["davi"].sub
        with auth_app.app_context():
            with kept(db):
                act = asking.switch("aurora", on=False, by=davi).act
            assert tried(acts.approve, act.id, by=davi) is OwnAct
            assert directory.get("aurora").four_eyes
            assert tried(acts.approve, act.id, by=ada) is None
            assert not directory.get("aurora").four_eyes
        assert told("aurora")[-1][2] == {
            "four_eyes": False,
            "asked_by": davi,
            "approved_by": ada,
            "act": act.id,
        }
