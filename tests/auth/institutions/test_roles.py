"""Roles and institutions."""

import pytest

from app.auth.audit import events
from app.auth.database import db
from app.auth.institutions import members, roles
from app.foundation.database import kept
from tests.auth import persons
from tests.auth.crowds import at_once
from tests.support.marks import abuse, mission


@pytest.fixture
def ana(auth_context):
    with kept(db):
        roles.ensure()
    return persons.open_account()


@mission("S89")
def test_roles_are_given_once_and_recorded(ana):
    with kept(db):
        roles.give(ana, ["user", "support"])
        roles.give(ana, ["user"])

    assert roles.names(ana.id) == ["support", "user"]
    assert persons.recorded()[1:] == [(events.ROLE_GIVEN, ana.sub)] * 2


@abuse("L-17")
def test_a_role_that_is_not_in_the_catalogue_is_refused_and_none_is_given(ana):
    with pytest.raises(roles.UnknownRole):
        roles.give(ana, ["user", "emperor"])

    assert roles.names(ana.id) == []


@mission("S84", "C19")
def test_the_roles_are_there_however_many_processes_start_at_once(auth_app):
    def start():
        with auth_app.app_context(), kept(db):
            roles.ensure()

    at_once(start, 8)

    with auth_app.app_context(), kept(db):
        roles.give(persons.open_account(), roles.CATALOGUE)


@mission("S90")
def test_a_person_belongs_to_many_institutions(ana):
    with kept(db):
        for code in ("default", "banco", "default"):
            members.ensure(code)
            members.join(ana.id, code)

    assert members.codes(ana.id) == ["banco", "default"]


def test_nobody_joins_an_institution_that_is_not_there(ana):
    with kept(db):
        members.join(ana.id, "nowhere")

    assert members.codes(ana.id) == []
