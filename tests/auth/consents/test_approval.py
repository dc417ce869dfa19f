"""Consent: asked once, remembered, asked again for more; one person's, for one app."""

import pytest
from sqlalchemy import select

from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.consents import approval
from app.auth.consents.models import Consent
from app.auth.database import db
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support.marks import rfc


@pytest.fixture
def ana(auth_context):
    """Ana, and the apps ``shop`` and ``other``."""
    stage.register()
    stage.register("other")
    return persons.open_account()


def missing(user, scope, client_id="shop"):
    return approval.missing(user.id, client_id, scope.split())


def give(user, scope, client_id="shop"):
    with kept(db):
        approval.give(user.id, user.sub, client_id, scope.split())


def test_at_first_everything_is_missing_in_the_order_asked(ana):
    assert missing(ana, "openid wallet:read email") == ("openid", "wallet:read", "email")


@rfc("OIDC Core", "3.1.2.4")
def test_what_was_given_is_not_asked_again(ana):
    give(ana, "openid email")

    assert missing(ana, "openid email") == ()
    assert missing(ana, "email") == ()
    assert missing(ana, "openid wallet:read") == ("wallet:read",)


def test_more_is_added_to_what_was_given(ana):
    give(ana, "openid email")
    give(ana, "openid wallet:read")

    [row] = db.session.scalars(select(Consent)).all()
    assert row.scope == "email openid wallet:read"
    assert row.updated_at >= row.given_at


@rfc("OIDC Core", "5.5")
def test_a_claim_is_allowed_by_its_name_or_by_a_scope_that_opens_it(ana):
    give(ana, "openid claim:birthdate phone")

    assert missing(ana, "openid claim:birthdate claim:phone_number") == ()
    assert missing(ana, "claim:name claim:birthdate birthdate") == ("claim:name", "birthdate")
    assert missing(ana, "profile") == ("profile",)


def test_a_part_of_a_scopes_name_gives_nothing(ana):
    give(ana, "wallet:read")

    assert missing(ana, "wallet wallet:r read") == ("wallet", "wallet:r", "read")


@rfc("9700", "2")
def test_consent_is_one_persons_for_one_app(ana):
    bia = persons.open_account("bia@example.com")
    give(ana, "openid")

    assert missing(bia, "openid") == ("openid",)
    assert missing(ana, "openid", "other") == ("openid",)


def test_what_is_undone_was_not_given(ana):
    approval.give(ana.id, ana.sub, "shop", ["openid"])
    db.session.rollback()

    assert missing(ana, "openid") == ("openid",)


def test_two_tabs_at_once_give_both(ana, auth_context):
    user_id, sub = ana.id, ana.sub
    asked = ["openid", "email", "wallet:read", "profile"]

    def allow(number):
        with kept(db):
            approval.give(user_id, sub, "shop", ["openid", asked[number]])

    assert stage.all_at_once(auth_context, allow, 4) == [None] * 4

    assert approval.missing(user_id, "shop", asked) == ()
    db.session.rollback()
    assert len(db.session.scalars(select(Consent)).all()) == 1


def test_giving_is_on_the_record(ana):
    give(ana, "openid email")

    told = select(AuditRecord).where(AuditRecord.event == events.CONSENT_GIVEN)
    [row] = db.session.scalars(told).all()
    assert (row.actor, row.subject, row.data) == (ana.sub, "shop", '{"scope":"openid email"}')
