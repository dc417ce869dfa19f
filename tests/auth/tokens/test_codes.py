"""Authorization codes: good once, for one client, one address, one verifier, a minute."""

import pytest
from sqlalchemy import select, update

from app.auth.accounts.models import User
from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.flows import disable_client
from app.auth.tokens import codes, ending, lookup
from app.auth.tokens.models import AuthorizationCode, RefreshToken
from app.foundation import clock, digests
from app.foundation.database import kept
from tests.auth import stage
from tests.support.marks import abuse, asvs, behaviour, rfc


def rows(model):
    db.session.rollback()
    return db.session.scalars(select(model)).all()


@rfc("6749", "4.1.3")
def test_a_code_stands_for_what_was_granted(world):
    asked = stage.asking("openid offline_access wallet:read", nonce="n")
    code = world.code("openid offline_access wallet:read", nonce="n")

    grant, value = stage.redeem(code, world.client)

    assert grant.user_id == world.user.id
    assert grant.subject == world.user.sub
    assert grant.session_id == world.presence.session_id
    assert grant.scope == "openid offline_access wallet:read"
    assert grant.audience == asked.audience == "http://localhost:3000/bank"
    assert grant.nonce == "n"
    assert grant.auth_time == clock.now()
    assert (grant.acr, grant.amr) == (world.presence.acr, "pwd")
    [family] = rows(RefreshToken)
    assert value.startswith(f"{family.id}.1.")
    assert (family.grant_id, family.offline) == (grant.grant_id, True)
    assert family.value_digest == digests.of(value)


def test_only_the_digest_of_a_code_is_kept(world):
    code = world.code()

    [row] = rows(AuthorizationCode)
    assert row.code_digest == digests.of(code)
    assert code not in repr({c.key: getattr(row, c.key) for c in row.__table__.columns})
    assert len(code) == 43  # 256 bits


def test_a_client_without_the_refresh_grant_gets_no_refresh_token(world):
    plain = stage.app_named("plain", grant_types=["authorization_code"])
    code = codes.issue(world.presence, stage.asking(client_id="plain"))

    _grant, value = stage.redeem(code, plain)

    assert value is None
    assert rows(RefreshToken) == []


WRONG = {
    "another verifier": {"challenge": "a" * 43},
    "no verifier": {"challenge": ""},
    "another address": {"redirect_uri": "https://shop.example/other"},
    "no address": {"redirect_uri": ""},
}


@rfc("7636", "4.6")
def test_a_wrong_try_is_refused_and_burns_nothing(world):
    code = world.code()

    for case, wrong in WRONG.items():
        assert stage.redeem(code, world.client, **wrong) is None, case
    assert stage.redeem(code, world.client)


@rfc("6749", "4.1.3")
def test_an_address_left_out_at_first_may_be_left_out_again(world):
    assert stage.redeem(world.code(redirect_uri_sent=False), world.client, redirect_uri="")
    assert stage.redeem(world.code(redirect_uri_sent=False), world.client)


@rfc("9700", "2.1.1")
def test_a_code_without_challenge_is_redeemed_without_verifier_alone(world):
    first, second = world.code(code_challenge=None), world.code(code_challenge=None)

    assert stage.redeem(first, world.client, challenge="a" * 43) is None
    assert stage.redeem(second, world.client, challenge="")


@abuse("T-04")
@rfc("6749", "4.1.3")
def test_another_clients_code_is_refused_and_stays_good(world):
    code, other = world.code(), stage.app_named("other")

    assert stage.redeem(code, other) is None
    assert stage.redeem(code, world.client)


@abuse("T-01")
@rfc("6749", "4.1.2")
def test_a_second_use_by_the_same_client_ends_what_the_first_began(world):
    code = world.code()
    grant, value = stage.redeem(code, world.client)
    token = world.access_token(grant)

    assert stage.redeem(code, world.client) is None

    assert lookup.introspect(token, world.client) == {"active": False}
    assert lookup.introspect(value, world.client) == {"active": False}
    [family] = rows(RefreshToken)
    assert family.end_reason == events.CODE_REPLAYED


@abuse("T-04")
def test_a_second_use_by_another_client_ends_nothing(world):
    code, other = world.code(), stage.app_named("other")
    grant, value = stage.redeem(code, world.client)

    assert stage.redeem(code, other) is None

    assert lookup.introspect(world.access_token(grant), world.client)["active"]
    assert lookup.introspect(value, world.client)["active"]


@behaviour(89)
@rfc("6749", "4.1.2")
def test_a_code_is_good_for_a_minute(held_clock, world):
    first, second = world.code(), world.code()
    held_clock.shift(59)
    assert stage.redeem(first, world.client)
    held_clock.shift(1)
    assert stage.redeem(second, world.client) is None


def lock(world):
    mine = update(User).where(User.id == world.user.id)
    with kept(db):
        db.session.execute(mine.values(status="locked"))


def disable(_):
    with kept(db):
        disable_client.now("shop")


def sign_out(world):
    with kept(db):
        ending.session(world.presence.session_id, "signed_out")


@abuse("M-06")
@pytest.mark.parametrize("end", [lock, disable, sign_out])
def test_a_code_falls_with_its_person_its_client_and_its_session(world, end):
    code = world.code()

    end(world)

    assert stage.redeem(code, world.client) is None
    assert rows(RefreshToken) == []


def test_what_is_no_code_is_refused(world):
    for code in ("", "a" * 43, "' OR 1=1 --", "é"):
        assert stage.redeem(code, world.client) is None
    assert [row.event for row in rows(AuditRecord)].count(events.GRANT_ISSUED) == 0


@asvs("16.3.3")
def test_the_record_tells_of_issuing_redeeming_and_replaying(world):
    code = world.code()
    grant, _ = stage.redeem(code, world.client)
    stage.redeem(code, world.client, challenge="")

    told = [row for row in rows(AuditRecord) if row.subject == grant.grant_id]
    assert [(row.event, row.actor) for row in told] == [
        (events.GRANT_AUTHORIZED, world.user.sub),
        (events.GRANT_ISSUED, "shop"),
        (events.CODE_REPLAYED, "shop"),
    ]
    assert told[0].data == '{"client":"shop","scope":"openid wallet:read"}'
    assert code not in repr([vars(row) for row in told])


@abuse("T-02")
def test_of_many_who_redeem_at_once_one_wins_and_its_grant_ends(world):
    code = world.code()

    got = stage.all_at_once(world.app, lambda _: stage.redeem(code, world.client), 12)

    [(grant, value)] = [answer for answer in got if answer is not None]
    assert len(rows(RefreshToken)) == 1
    assert lookup.introspect(value, world.client) == {"active": False}
    assert lookup.introspect(world.access_token(grant), world.client) == {"active": False}
