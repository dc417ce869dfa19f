"""Introspection and revocation: who may know of a token, and who may end it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.auth.audit import events
from app.auth.database import db
from app.auth.tokens import access, lookup, refresh
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import stage
from tests.support.marks import abuse, rfc

INACTIVE = {"active": False}
BANK = "http://localhost:3000/bank"


def introspect(world, value, client=None):
    return lookup.introspect(value, client or world.client)


def revoke(world, value, client=None):
    with kept(db):
        lookup.revoke(value, client or world.client)


@pytest.fixture
def held(world):
    """An access and a refresh token of the app ``shop``."""
    grant, token = world.granted("openid wallet:read offline_access")
    return world.access_token(grant), token.value


@rfc("7662", "2.2")
def test_a_client_sees_its_own_access_token(world, held):
    told = introspect(world, held[0])

    assert told == {"active": True, "token_type": "Bearer"} | access.read(held[0])


@rfc("7662", "2.2")
def test_a_client_sees_its_own_refresh_token(world, held):
    assert introspect(world, held[1]) == {
        "active": True,
        "scope": "openid wallet:read offline_access",
        "client_id": "shop",
        "sub": world.user.sub,
        "exp": clock.seconds() + world.app.config["REFRESH_TOKEN_SECONDS"],
    }


SEEN = {
    "the bank": ([BANK], True),
    "all of the bank among others": (["https://api.example", BANK], True),
    "a room of it": ([f"{BANK}/wallet"], False),
    "another service": (["https://api.example"], False),
    "a name that only begins alike": ([BANK[:-1]], False),
    "an empty name": ([""], False),
    "nobody": ([], False),
}


@abuse("M-08")
@rfc("7662", "4")
def test_a_resource_server_sees_the_access_tokens_of_its_audience(world, held):
    for who, (audiences, sees) in SEEN.items():
        caller = stage.app_named(who, audiences=audiences)

        assert introspect(world, held[0], caller)["active"] is sees, who
        assert introspect(world, held[1], caller) == INACTIVE  # never a refresh token


def test_the_bank_sees_a_token_for_one_room_of_it(world):
    code = world.code("wallet:read", audience=f"{BANK}/wallet")
    grant, _ = stage.redeem(code, world.client)
    token = world.access_token(grant)

    for audiences, sees in (([BANK], True), ([f"{BANK}/wallet"], True), ([f"{BANK}/atm"], False)):
        caller = stage.app_named(f"api {audiences}", audiences=audiences)
        assert introspect(world, token, caller)["active"] is sees


@abuse("M-08")
@rfc("7662", "2.2")
def test_of_what_is_no_token_there_is_nothing_to_tell(world):
    for value in ("", "unknown", "a.b.c", "é", "\x00", "rft_.1.x", "x" * 20_000):
        assert introspect(world, value) == INACTIVE


@abuse("M-08")
def test_of_a_tampered_token_there_is_nothing_to_tell(world, held):
    for value in held:
        assert introspect(world, value[:-4] + "AAAA") == INACTIVE


def test_of_an_old_refresh_token_there_is_nothing_to_tell(world, held):
    world.rotate(refresh.parse(held[1]))

    assert introspect(world, held[1]) == INACTIVE


@rfc("7009", "2.1")
def test_revoking_a_refresh_token_ends_its_grant(world, held):
    revoke(world, held[1])

    assert introspect(world, held[0]) == introspect(world, held[1]) == INACTIVE
    assert world.rotate(refresh.parse(held[1])) is None


@rfc("7009", "2.1")
def test_revoking_an_access_token_ends_it_alone(world, held):
    revoke(world, held[0])

    assert introspect(world, held[0]) == INACTIVE
    assert introspect(world, held[1])["active"]


@rfc("7009", "2.1")
def test_another_clients_tokens_are_not_ones_own_to_revoke(world, held):
    bank = stage.app_named("bank", audiences=[BANK])

    for value in held:
        revoke(world, value, bank)

    assert all(introspect(world, value)["active"] for value in held)


@rfc("7009", "2.2")
def test_revoking_what_is_no_token_does_nothing(world, held):
    for value in ("", "unknown", "é", f"rft_{'a' * 25}.1.{'a' * 43}"):
        revoke(world, value)

    assert all(introspect(world, value)["active"] for value in held)


def test_revoking_twice_is_revoking_once(world, held):
    for value in (*held, *held):
        revoke(world, value)

    told = db.session.scalars(text("SELECT event FROM audit_records ORDER BY seq")).all()
    assert told.count(events.GRANT_ENDED) == 1


BREAK = {
    "postgresql": (
        "CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'disk full'; END $$",
        "CREATE TRIGGER broken BEFORE INSERT ON revoked_tokens"
        " FOR EACH ROW EXECUTE FUNCTION is_full()",
    ),
    "sqlite": (
        "CREATE TRIGGER broken BEFORE INSERT ON revoked_tokens"
        " BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    ),
}
MEND = {"postgresql": "DROP TRIGGER broken ON revoked_tokens", "sqlite": "DROP TRIGGER broken"}


@abuse("M-09")
@rfc("7009", "2.2.1")
def test_a_revocation_that_could_not_be_kept_is_no_success(world, held, database_kind):
    with kept(db):
        for statement in BREAK[database_kind]:
            db.session.execute(text(statement))

    for value in held:
        with pytest.raises(DBAPIError, match="disk full"):
            revoke(world, value)
        assert all(introspect(world, each)["active"] for each in held)

    with kept(db):
        db.session.execute(text(MEND[database_kind]))
    revoke(world, held[1])
    assert introspect(world, held[0]) == introspect(world, held[1]) == INACTIVE
