"""Taking back what one allowed an app: all it holds ends, and nothing else does."""

import pytest
from sqlalchemy import select

from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.consents import approval
from app.auth.consents.models import Consent
from app.auth.database import db
from app.auth.flows import withdraw_consent
from app.auth.sessions.models import Session
from app.auth.tokens import access, codes, lookup, refresh
from app.auth.tokens.models import DeviceCode, LogoutNotice
from app.foundation import clock, ids
from app.foundation.database import kept
from app.foundation.problems import NotFound
from tests.auth import persons, stage
from tests.support.marks import abuse, asvs, rfc

HEARS = {"backchannel_logout_uri": "https://shop.example/logged-out"}


@pytest.fixture
def shop(held_clock, auth_context):
    """An app that wants to hear of it; time stands still."""
    stage.make_keys()
    return stage.app_named("shop", **HEARS)


@pytest.fixture
def ana(shop):
    """Ana, here with her browser."""
    return stage.come_in(persons.open_account())


def allow(presence, client, scope="openid offline_access"):
    """Let the person allow the app ``scope``; return its access and its refresh token."""
    with kept(db):
        approval.give(presence.user_id, presence.sub, client.client_id, scope.split())
    grant, value = stage.granted(presence, client, scope)
    return access.for_grant(grant, client, grant.scope), value


def withdraw(presence, client_id="shop"):
    with kept(db):
        withdraw_consent.now(presence.user_id, client_id)


def good(client, *tokens):
    return [lookup.introspect(token, client)["active"] for token in tokens]


def allowed(presence):
    db.session.rollback()
    mine = select(Consent.client_id).where(Consent.user_id == presence.user_id)
    return set(db.session.scalars(mine))


@asvs("8.3.2", "10.4.9")
@abuse("M-06")
@rfc("9700", "4.14.2")
@pytest.mark.parametrize("scope", ["openid", "openid offline_access"])
def test_the_apps_tokens_end_at_once_and_it_must_ask_again(shop, ana, scope):
    tokens = allow(ana, shop, scope)
    assert good(shop, *tokens) == [True, True]

    withdraw(ana)

    assert good(shop, *tokens) == [False, False]
    assert stage.rotate(refresh.parse(tokens[1]), "shop") is None
    assert approval.missing(ana.user_id, "shop", scope.split()) == tuple(scope.split())


def test_an_app_without_refresh_tokens_loses_its_access_token_too(ana):
    plain = stage.app_named("plain", grant_types=["authorization_code"])
    token, nothing = allow(ana, plain)
    assert nothing is None

    withdraw(ana, "plain")

    assert good(plain, token) == [False]


def test_the_person_stays_signed_in_and_other_apps_and_people_keep_theirs(shop, ana):
    other, bia = stage.app_named("other"), stage.come_in(persons.open_account("bia@example.com"))
    kept_by_other, kept_by_bia = allow(ana, other), allow(bia, shop)
    allow(ana, shop)

    withdraw(ana)

    assert good(other, *kept_by_other) == good(shop, *kept_by_bia) == [True, True]
    assert db.session.get(Session, ana.session_id).is_live(clock.now())
    assert (allowed(ana), allowed(bia)) == ({"other"}, {"shop"})


@abuse("M-06")
def test_a_code_on_its_way_is_good_for_nothing(shop, ana):
    allow(ana, shop)
    code = codes.issue(ana, stage.asking("openid"))

    withdraw(ana)

    assert stage.redeem(code, shop) is None


def test_a_device_that_was_let_in_and_has_not_come_yet_stays_out(shop, ana):
    allow(ana, shop)
    row = {"client_id": "shop", "user_id": ana.user_id, "scope": "openid", "audience": "x"}
    for state in ("approved", "redeemed", "pending"):
        with kept(db):
            db.session.add(
                DeviceCode(
                    device_code_digest=ids.secret().encode(),
                    user_code_digest=ids.secret().encode(),
                    state=state,
                    wait_seconds=5,
                    expires_at=clock.now(),
                    **row | ({"user_id": None} if state == "pending" else {}),
                )
            )

    withdraw(ana)

    assert set(db.session.scalars(select(DeviceCode.state))) == {"redeemed", "pending"}
    [redeemed] = db.session.scalars(
        select(DeviceCode.grant_id).where(DeviceCode.state != "pending")
    )
    claims = {"jti": "x", "grant": redeemed, "client_id": "shop", "iat": clock.seconds()}
    assert not access.is_live(claims)


def test_the_app_is_told_and_it_is_recorded_once(shop, ana):
    allow(ana, shop)

    withdraw(ana)

    [notice] = db.session.scalars(select(LogoutNotice)).all()
    assert (notice.client_id, notice.session_id, notice.subject) == ("shop", None, ana.sub)
    told = select(AuditRecord).where(AuditRecord.event == events.CONSENT_WITHDRAWN)
    [record] = db.session.scalars(told).all()
    assert (record.actor, record.subject) == (ana.sub, "shop")


def test_an_app_that_knows_the_person_by_another_name_is_told_that_one(ana):
    paired = stage.app_named(
        "paired", subject_type="pairwise", scope="openid offline_access", **HEARS
    )
    token, _ = allow(ana, paired)

    withdraw(ana, "paired")

    [notice] = db.session.scalars(select(LogoutNotice)).all()
    assert notice.subject == access.read(token)["sub"] != ana.sub


@pytest.mark.parametrize("client_id", ["shop", "nobody", "", "x" * 9999])
def test_what_was_never_allowed_cannot_be_taken_back(shop, ana, client_id):
    bia = stage.come_in(persons.open_account("bia@example.com"))
    tokens = allow(bia, shop)

    with pytest.raises(NotFound):
        withdraw(ana, client_id)

    assert good(shop, *tokens) == [True, True]
    assert db.session.scalars(select(LogoutNotice)).all() == []


def test_of_many_who_withdraw_at_once_one_does(auth_context, shop, ana):
    allow(ana, shop)

    got = stage.all_at_once(auth_context, lambda _: withdraw(ana), 6)

    assert [type(each) for each in got].count(NotFound) == 5
    assert got.count(None) == 1
    assert len(db.session.scalars(select(LogoutNotice)).all()) == 1


def test_a_withdrawal_while_a_code_is_redeemed_leaves_nothing_alive(auth_context, shop, ana):
    allow(ana, shop)
    issued = [codes.issue(ana, stage.asking("openid offline_access")) for _ in range(7)]

    def withdraw_or_redeem(number):
        return withdraw(ana) if number == 3 else stage.redeem(issued[number], shop)

    got = stage.all_at_once(auth_context, withdraw_or_redeem, 7)

    for grant, value in (each for each in got if each):
        token = access.for_grant(grant, shop, grant.scope)
        assert good(shop, token, value) == [False, False]
