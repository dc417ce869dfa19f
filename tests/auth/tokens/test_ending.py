"""What ends with what: each row and column of the table in `decisions.md` §15."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.auth import housekeeping
from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.flows import disable_client
from app.auth.sessions.models import Session
from app.auth.tokens import access, ending, lookup, refresh
from app.auth.tokens.models import RevokedToken
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support.marks import abuse, rfc


@dataclass
class Held:
    """What the app holds of one grant."""

    grant: object
    token: refresh.Token
    access: str


def hold(world, scope="openid", presence=None):
    """Let the app be granted ``scope`` by who is here."""
    here = presence or world.presence
    grant, value = stage.granted(here, world.client, scope)
    return Held(grant, refresh.parse(value), world.access_token(grant))


OFFLINE = "openid offline_access"


def see(world, held):
    """Return whether refresh token and access token are good, at introspection."""
    values = (held.token.value, held.access)
    return tuple(lookup.introspect(value, world.client)["active"] for value in values)


def is_open(presence):
    db.session.rollback()
    session = db.session.get(Session, presence.session_id)
    return session.is_live(clock.now())


def sign_out(world):
    ending.session(world.presence.session_id, "signed_out", actor=world.user.sub)


def end_from_list(world):
    ending.session(world.presence.session_id, "ended_from_list", offline=True)


def end_all(world):
    ending.sessions_of(world.user.id, "password_changed", actor=world.user.sub)


def disable(_):
    disable_client.now("shop")


def revoke_grants(world):
    for grant_id in world.held:
        ending.grant(grant_id, events.GRANT_ENDED, actor="shop")


NOTHING = (False, False)
# what happens: the session is open; refresh and access token within it; those beyond it
TABLE = {
    sign_out: (False, NOTHING, (True, False)),
    end_from_list: (False, NOTHING, NOTHING),
    end_all: (False, NOTHING, NOTHING),
    disable: (True, NOTHING, NOTHING),
    revoke_grants: (True, NOTHING, NOTHING),
}


@abuse("M-06", "M-15")
@rfc("9700", "4.14.2")
@pytest.mark.parametrize("deed", TABLE, ids=lambda deed: deed.__name__)
def test_a_deed_ends_what_the_table_says_and_nothing_else(world, deed):
    within, beyond = hold(world), hold(world, OFFLINE)
    world.held = [within.grant.grant_id, beyond.grant.grant_id]
    bia = stage.come_in(persons.open_account("bia@example.com"))
    theirs = hold(world, OFFLINE, bia)
    assert see(world, within) == see(world, beyond) == see(world, theirs) == (True, True)

    with kept(db):
        deed(world)

    session, refresh_and_access, offline = TABLE[deed]
    assert is_open(world.presence) is session
    assert see(world, within) == refresh_and_access
    assert see(world, beyond) == offline
    assert world.rotate(within.token) is None
    assert bool(world.rotate(beyond.token)) is offline[0]
    if deed is not disable:
        assert is_open(bia)
        assert see(world, theirs) == (True, True)


def test_a_session_that_runs_out_by_itself_takes_its_refresh_tokens_along(held_clock, world):
    within, beyond = hold(world), hold(world, OFFLINE)
    idle = timedelta(minutes=30)
    held_clock.shift(idle - timedelta(seconds=1))
    within.token, beyond.token = world.rotate(within.token), world.rotate(beyond.token)
    within.access = world.access_token(within.grant)
    beyond.access = world.access_token(beyond.grant)

    held_clock.shift(1)

    assert not is_open(world.presence)
    assert see(world, within) == (False, True)  # the access token lives until it expires
    assert see(world, beyond) == (True, True)
    assert world.rotate(within.token) is None
    assert world.rotate(beyond.token)


def test_after_signing_out_an_offline_grant_goes_on_without_the_session(world):
    beyond = hold(world, OFFLINE)
    with kept(db):
        sign_out(world)

    grant, value = stage.rotate(beyond.token, "shop")

    assert grant.session_id is None
    fresh = world.access_token(grant)
    assert "sid" not in access.read(fresh)
    assert lookup.introspect(fresh, world.client)["active"]
    assert lookup.introspect(value, world.client)["active"]


def test_a_session_is_ended_once_and_recorded_once(world):
    def end():
        with kept(db):
            return ending.session(world.presence.session_id, "signed_out")

    assert (end(), end()) == (True, False)
    with kept(db):
        assert ending.session("ses_that_never_was", "signed_out") is False

    told = select(AuditRecord).where(AuditRecord.event == events.SESSION_ENDED)
    [row] = db.session.scalars(told).all()
    assert (row.subject, row.actor) == (world.presence.session_id, events.SYSTEM)
    assert row.data == '{"reason":"signed_out"}'
    session = db.session.get(Session, world.presence.session_id)
    assert session.end_reason == "signed_out"


def test_of_many_who_end_a_session_at_once_one_says_it_was_open(world):
    def end(_):
        with kept(db):
            return ending.session(world.presence.session_id, "signed_out", offline=True)

    got = stage.all_at_once(world.app, end, 6)

    assert sorted(got) == [False] * 5 + [True]


def test_every_session_of_a_person_ends_but_the_one_named(world):
    second = stage.come_in(world.user)
    here, there = hold(world, OFFLINE), hold(world, OFFLINE, second)

    with kept(db):
        ending.sessions_of(world.user.id, "ended_from_list", but=world.presence.session_id)

    assert is_open(world.presence)
    assert not is_open(second)
    assert see(world, here) == (True, True)
    assert see(world, there) == NOTHING


def test_what_outlived_its_session_ends_with_all_sessions_of_the_person(world):
    beyond = hold(world, OFFLINE)
    with kept(db):
        sign_out(world)
    assert see(world, beyond)[0]

    with kept(db):
        end_all(world)

    assert see(world, beyond) == NOTHING
    assert world.rotate(beyond.token) is None


@rfc("7009", "2.1")
def test_ending_one_access_token_leaves_its_grant(world):
    held = hold(world)
    with kept(db):
        ending.token(access.read(held.access)["jti"], actor="shop")

    assert see(world, held) == (True, False)
    assert lookup.introspect(world.access_token(held.grant), world.client)["active"]


def test_what_is_undone_has_not_ended(world):
    held = hold(world, OFFLINE)

    for deed in (sign_out, end_from_list, end_all, disable):
        deed(world)
        db.session.rollback()

    assert is_open(world.presence)
    assert see(world, held) == (True, True)


@abuse("M-15")
@pytest.mark.parametrize("documents", ["001,002,004", ""], ids=["with documents", "switched off"])
def test_an_ended_name_is_listed_until_the_last_token_under_it_has_expired(
    held_clock, world, documents
):
    world.app.config["LEGACY_DOCUMENTS"] = documents
    held = hold(world, OFFLINE)
    seconds = world.app.config["ACCESS_TOKEN_SECONDS"]
    with kept(db):
        end_from_list(world)

    held_clock.shift(seconds - 1)
    housekeeping.run(30)
    assert access.read(held.access)
    assert see(world, held) == NOTHING

    held_clock.shift(world.app.config["LEGACY_API_TOKEN_TTL"] - seconds)
    housekeeping.run(30)
    assert db.session.scalars(select(RevokedToken)).all()

    held_clock.shift(seconds + 2)
    assert access.read(held.access) is None
    assert housekeeping.run(30)["revoked_tokens"] > 0
    assert db.session.scalars(select(RevokedToken)).all() == []


def test_a_name_listed_again_stays_listed_once(world):
    with kept(db):
        ending.token("same", actor="shop")
        ending.token("same", actor="shop")

    names = db.session.scalars(select(RevokedToken.name)).all()
    assert names == ["jti:same"]
