"""Who is told that a session is over: every app it signed in to, whichever way it ended."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.auth import housekeeping
from app.auth.clients import registration, registry
from app.auth.database import db
from app.auth.flows import disable_client, remove_client
from app.auth.sessions.models import Session
from app.auth.tokens import codes, ending
from app.auth.tokens.models import LogoutNotice, SessionClient
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support.marks import asvs, mission, rfc

BACK = {"backchannel_logout_uri": "https://shop.example/logged-out"}
FRONT = {"frontchannel_logout_uri": "https://shop.example/bye"}


@pytest.fixture
def world(world):
    """Ana is here; ``bank`` hears by its server, ``news`` by a page, ``shop`` not at all."""
    world.bank = stage.app_named("bank", **BACK)
    world.news = stage.app_named("news", **FRONT)
    return world


def rows(model):
    db.session.rollback()
    return db.session.scalars(select(model)).all()


def sign_in(presence, *clients):
    for client in clients:
        stage.granted(presence, client, "openid")


def end(world, deed=ending.session, **more):
    with kept(db):
        return deed(world.presence.session_id, "signed_out", **more)


def test_an_app_that_wants_to_hear_takes_part_once_its_code_is_issued(world):
    sign_in(world.presence, world.client, world.bank, world.news, world.bank)

    found = {(row.session_id, row.client_id, row.subject) for row in rows(SessionClient)}
    here = world.presence.session_id
    assert found == {(here, "bank", world.user.sub), (here, "news", world.user.sub)}


def test_of_many_codes_at_once_all_are_issued_and_one_takes_part(world):
    asked = stage.asking("openid", "bank")

    issued = stage.all_at_once(world.app, lambda _: codes.issue(world.presence, asked), 8)

    assert len(set(issued)) == 8
    assert all(isinstance(code, str) for code in issued)
    assert len(rows(SessionClient)) == 1


@rfc("OIDC Back-Channel Logout", "2.5")
def test_the_end_of_a_session_leaves_a_notice_for_each_server_that_wants_one(world):
    sign_in(world.presence, world.client, world.bank, world.news)

    assert end(world) is True

    [notice] = rows(LogoutNotice)
    assert (notice.client_id, notice.subject) == ("bank", world.user.sub)
    assert notice.session_id == world.presence.session_id
    assert notice.id.startswith("lgo_")
    assert notice.due_at - clock.now() == timedelta(seconds=3)
    assert (notice.tries, notice.delivered_at, notice.problem) == (0, None, None)


def test_a_session_that_is_over_is_told_of_once(world):
    sign_in(world.presence, world.bank)

    assert [end(world), end(world)] == [True, False]

    assert len(rows(LogoutNotice)) == 1


def test_of_many_who_end_a_session_at_once_one_leaves_the_notice(world):
    sign_in(world.presence, world.bank)

    stage.all_at_once(world.app, lambda _: end(world), 6)

    assert len(rows(LogoutNotice)) == 1


def test_what_is_undone_tells_nobody(world):
    sign_in(world.presence, world.bank)

    ending.session(world.presence.session_id, "signed_out")
    db.session.rollback()

    assert rows(LogoutNotice) == []


@mission("S82")
def test_every_session_of_a_person_but_one_is_told_of_and_nobody_elses(world):
    second, third = stage.come_in(world.user), stage.come_in(world.user)
    bia = stage.come_in(persons.open_account("bia@example.com"))
    for presence in (world.presence, second, third, bia):
        sign_in(presence, world.bank)

    with kept(db):
        ending.sessions_of(world.user.id, "password_changed", but=world.presence.session_id)

    told = {notice.session_id for notice in rows(LogoutNotice)}
    assert told == {second.session_id, third.session_id}


def test_a_session_that_ran_out_by_itself_tells_nobody(held_clock, world):
    sign_in(world.presence, world.bank)
    held_clock.shift(timedelta(days=40))

    housekeeping.run(30)

    assert rows(LogoutNotice) == []
    assert rows(SessionClient) == []  # it went with its session


def test_a_disabled_app_is_told_nothing_more(world):
    sign_in(world.presence, world.bank)
    end(world)
    second = stage.come_in(world.user)
    sign_in(second, world.bank)

    with kept(db):
        disable_client.now("bank")
    with kept(db):
        ending.session(second.session_id, "signed_out")

    [notice] = rows(LogoutNotice)
    assert notice.session_id == world.presence.session_id
    assert (notice.due_at, notice.problem) == (None, "client_ended")


def test_what_is_known_of_a_removed_app_goes_with_it(world):
    sign_in(world.presence, world.bank)
    end(world)

    with kept(db):
        remove_client.now("bank")

    assert rows(LogoutNotice) == rows(SessionClient) == []


def test_an_app_is_told_where_it_is_registered_now(world):
    sign_in(world.presence, world.bank)
    described = json.loads(registration.get("bank").described)
    del described["backchannel_logout_uri"]
    with kept(db):
        registration.change("bank", described, by="operator")

    end(world)

    assert rows(LogoutNotice) == []
    assert registry.find("bank").hears_of_logout is False


@asvs("15.4.3")
@pytest.mark.parametrize("deed", [disable_client.now, remove_client.now])
def test_sessions_that_end_while_an_app_goes_do_not_wait_in_a_circle(world, deed):
    presences = [stage.come_in(world.user) for _ in range(6)]
    for presence in presences:
        sign_in(presence, world.bank)

    def end_or_go(number):
        with kept(db):
            if number == 3:
                deed("bank")
            elif number == 6:
                ending.sessions_of(world.user.id, "locked")
            else:
                ending.session(presences[number].session_id, "signed_out", offline=True)

    got = stage.all_at_once(world.app, end_or_go, 7)

    assert got == [None] * 7
    assert all(session.ended_at for session in rows(Session))


class TestAWithdrawnConsent:
    """The app's server is told to forget the person, or each of their sessions."""

    def withdraw(self, world, client_id, known_as="ana-there"):
        with kept(db):
            ending.consent(world.user.id, client_id, "consent_withdrawn", known_as=known_as)

    @rfc("OIDC Back-Channel Logout", "2.4")
    def test_is_told_of_by_the_name_the_app_knows(self, world):
        sign_in(world.presence, world.bank)

        self.withdraw(world, "bank")

        [notice] = rows(LogoutNotice)
        assert (notice.client_id, notice.session_id) == ("bank", None)
        assert notice.subject == "ana-there"
        assert rows(SessionClient) == []

    @rfc("OIDC Back-Channel Logout", "2.2")
    def test_is_told_of_session_by_session_where_the_app_needs_one(self, world):
        needs = stage.app_named("needs", backchannel_logout_session_required=True, **BACK)
        second = stage.come_in(world.user)
        bia = stage.come_in(persons.open_account("bia@example.com"))
        for presence in (world.presence, second, bia):
            sign_in(presence, needs)

        self.withdraw(world, "needs")

        told = {(notice.session_id, notice.subject) for notice in rows(LogoutNotice)}
        here = {world.presence.session_id, second.session_id}
        assert told == {(session_id, world.user.sub) for session_id in here}
        assert [row.session_id for row in rows(SessionClient)] == [bia.session_id]

    @pytest.mark.parametrize("client_id", ["shop", "news", "nobody"])
    def test_is_told_to_nobody_who_does_not_want_to_hear(self, world, client_id):
        sign_in(world.presence, world.client, world.news)

        self.withdraw(world, client_id)

        assert rows(LogoutNotice) == []
