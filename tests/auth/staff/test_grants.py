"""Roles are given and taken by who holds them: never by oneself, never beyond, never the last."""

from contextlib import suppress

import pytest

from app.auth.accounts import lookup
from app.auth.audit import events
from app.auth.database import db
from app.auth.flows.people import releasing
from app.auth.institutions import directory, members, roles
from app.auth.staff import authority, grants, holding, own_roles, standing
from app.auth.staff.grants import LastAdministrator
from app.foundation.database import kept
from app.foundation.problems import NotFound
from tests.auth import persons, stage
from tests.support.marks import abuse, mission


@pytest.fixture
def people(auth_app):
    """Ada and Bia administer; Caio has a role of the bank's own that gives roles; Davi has none."""
    with auth_app.app_context():
        with kept(db):
            roles.ensure()
            directory.create("aurora", "Aurora")
        made = {name: persons.open_account(f"{name}@example.com") for name in NAMES}
        with kept(db):
            own_roles.define("giver", ["roles:grant", "audit:read"])
            own_roles.define("reader", ["audit:read"])
            own_roles.define("keeper", ["keys:manage"])
            for name, role in (("ada", "admin"), ("bia", "admin"), ("caio", "giver")):
                roles.give(made[name], [role])
    return made


NAMES = ("ada", "bia", "caio", "davi")


@mission("S84")
@abuse("G-07")
def test_nobody_gives_or_takes_what_they_do_not_hold(auth_app, people):
    caio, davi = people["caio"], people["davi"]
    with auth_app.app_context():
        with kept(db):
            grants.give(davi, "reader", by=caio.sub)
        for verb, who, role in (
            (grants.give, davi, "keeper"),
            (grants.give, davi, "admin"),
            (grants.take, people["ada"], "admin"),
        ):
            with pytest.raises(authority.Beyond), kept(db):
                verb(who, role, by=caio.sub)
        with pytest.raises(authority.Beyond), kept(db):
            grants.give(caio, "reader", by=davi.sub)
        with pytest.raises(authority.OwnRoles), kept(db):
            grants.give(caio, "reader", by=caio.sub)

        assert holding.here(davi.id) == {"reader"}
        assert persons.recorded()[-1] == (events.ROLE_GIVEN, davi.sub)


@abuse("G-07")
def test_of_administrators_who_take_each_other_one_stays(auth_app, people):
    pair = [(people["ada"], people["bia"]), (people["bia"], people["ada"])] * 8

    def take(number):
        by, who = pair[number]
        with kept(db):
            grants.take(lookup.by_sub(who.sub), "admin", by=by.sub)

    got = stage.all_at_once(auth_app, take, len(pair))

    refused = (LastAdministrator, authority.Beyond)
    assert all(each is None or isinstance(each, refused) for each in got), got
    with auth_app.app_context():
        assert holding.count("admin") == 1


def test_a_role_given_at_once_is_given_and_told_once(auth_app, people):
    def give(_number):
        with kept(db):
            grants.give(lookup.by_sub(davi.sub), "reader", by=people["ada"].sub)

    davi = people["davi"]
    assert stage.all_at_once(auth_app, give, 16) == [None] * 16

    with auth_app.app_context():
        assert persons.recorded().count((events.ROLE_GIVEN, davi.sub)) == 1


def test_a_role_in_an_institution_is_for_its_members(auth_app, people):
    davi = people["davi"]
    with auth_app.app_context():
        with pytest.raises(grants.NoMember), kept(db):
            grants.give(davi, "support", code="aurora")
        with kept(db):
            members.admit(davi, "aurora")
            grants.give(davi, "support", code="aurora")

        assert (holding.here(davi.id), holding.here(davi.id, "aurora")) == (set(), {"support"})
        with kept(db):
            members.release(davi, "aurora")
        assert holding.here(davi.id, "aurora") == set()


@abuse("G-07")
def test_nobody_strips_by_another_way_who_holds_more_than_they(auth_app, people):
    caio, davi = people["caio"], people["davi"]
    with auth_app.app_context():
        with kept(db):
            own_roles.define("desk", ["institutions:manage", "roles:define", "roles:grant"])
            for person in (caio, davi):
                members.admit(person, "aurora")
            grants.give(davi, "admin", code="aurora")
            grants.give(caio, "desk")
        for verb, about in (
            (releasing.release, (davi, "aurora")),
            (own_roles.remove, ("keeper",)),
            (own_roles.change, ("keeper", ["audit:read"])),
        ):
            with pytest.raises((authority.Beyond, standing.Above)), kept(db):
                verb(*about, by=caio.sub)
        with pytest.raises(standing.Oneself), kept(db):
            releasing.release(caio, "aurora", by=caio.sub)

        assert holding.here(davi.id, "aurora") == {"admin"}
        assert own_roles.get("keeper").permissions == {"keys:manage"}


@abuse("G-07")
def test_a_role_given_while_its_holder_is_released_does_not_stay(auth_app, people):
    davi = people["davi"]

    def work(number):
        user = lookup.by_sub(davi.sub)
        with suppress(grants.NoMember), kept(db):
            if number % 2:
                grants.give(user, "reader", code="aurora")
            else:
                members.release(user, "aurora")

    for _ in range(6):
        with auth_app.app_context():
            with kept(db):
                members.admit(davi, "aurora")
            db.session.remove()
        stage.all_at_once(auth_app, work, 6)
        with auth_app.app_context():
            assert members.codes(davi.id) == []
            assert holding.here(davi.id, "aurora") == set()


@abuse("G-07")
def test_a_role_given_while_it_is_deleted_is_not_there(auth_app, people):
    def work(number):
        try:
            with kept(db):
                if number:
                    grants.give(lookup.by_sub(people["davi"].sub), "reader")
                else:
                    own_roles.remove("reader", though_held=True)
        except NotFound:
            return "gone"

    got = stage.all_at_once(auth_app, work, 6)

    assert {*got} <= {None, "gone"}
    with auth_app.app_context():
        assert holding.here(people["davi"].id) == set()
