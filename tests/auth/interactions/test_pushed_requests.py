"""Pushed requests: kept by digest, opened by their client alone, used up once."""

import pytest
from sqlalchemy import func, select

from app.auth.audit.models import AuditRecord
from app.auth.clients import registry
from app.auth.database import db
from app.auth.interactions import journey, pushed_requests
from app.auth.interactions.models import Interaction, PushedRequest
from app.auth.tokens.models import AuthorizationCode
from app.foundation import digests
from tests.auth import persons, stage
from tests.support import factories
from tests.support.marks import abuse, rfc

ASKED = {"scope": "openid", "state": "açúcar 🐎\n", "nonce": "'\"\\"}


@pytest.fixture
def shop(held_clock, auth_context):
    """The app ``shop``; time stands still."""
    return stage.app_named()


@pytest.fixture
def ana(shop):
    """Ana, here with her browser."""
    return stage.come_in(persons.open_account())


def asking(request_uri, **more):
    """Return a checked request that came under ``request_uri``."""
    return stage.asking(pushed=digests.of(request_uri).hex(), **more)


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


@rfc("9126", "2.2")
def test_what_is_kept_is_read_back_by_its_client_for_a_while(shop, held_clock):
    request_uri = pushed_requests.keep("shop", ASKED)

    assert pushed_requests.find(request_uri, "shop") == ASKED
    held_clock.shift(59)
    assert pushed_requests.find(request_uri, "shop") == ASKED
    held_clock.shift(1)
    assert pushed_requests.find(request_uri, "shop") is None


@abuse("R-12")
def test_what_is_kept_is_nobody_elses(shop):
    stage.register("other")
    request_uri = pushed_requests.keep("shop", ASKED)

    assert pushed_requests.find(request_uri, "other") is None
    assert not pushed_requests.use_up(asking(request_uri, client_id="other"))
    assert pushed_requests.find(request_uri, "shop") == ASKED


def test_only_a_digest_of_its_address_is_kept(shop):
    request_uri = pushed_requests.keep("shop", ASKED)

    [row] = db.session.scalars(select(PushedRequest)).all()
    assert row.uri_digest == digests.of(request_uri)
    assert request_uri[-43:] not in row.parameters


def test_for_a_client_that_is_gone_or_disabled_nothing_is_kept(shop, auth_app):
    app = factories.App("shop", None, "none")
    factories.disable(auth_app, app)

    assert pushed_requests.keep("shop", ASKED) is None
    assert pushed_requests.keep("nobody", ASKED) is None
    assert count(PushedRequest) == 0


def test_a_code_and_what_it_is_recorded_by_come_with_the_use(shop, ana):
    request_uri = pushed_requests.keep("shop", ASKED)
    asked = asking(request_uri)
    before = count(AuditRecord)

    code = pushed_requests.issue_code(ana, asked)

    assert count(AuditRecord) == before + 1
    grant, _ = stage.redeem(code, registry.find("shop"))
    recorded = select(AuditRecord.subject).where(AuditRecord.event == "grant:code:authorized")
    assert db.session.scalars(recorded).all() == [grant.grant_id]
    assert pushed_requests.find(request_uri, "shop") is None
    assert pushed_requests.issue_code(ana, asked) is None
    assert not pushed_requests.use_up(asked)


def test_a_use_without_a_code_leaves_none_to_be_had(shop, ana):
    asked = asking(pushed_requests.keep("shop", ASKED))

    assert pushed_requests.use_up(asked)

    assert pushed_requests.issue_code(ana, asked) is None
    assert count(AuthorizationCode) == 0


def test_past_its_time_it_can_still_be_used_up_by_who_opened_it(shop, ana, held_clock):
    asked = asking(pushed_requests.keep("shop", ASKED))
    held_clock.shift(1800)

    assert pushed_requests.issue_code(ana, asked)


@abuse("R-12")
def test_of_all_at_once_one_uses_it_up(auth_app, shop, ana):
    asked = asking(pushed_requests.keep("shop", ASKED))

    def either(number):
        if number % 2:
            return pushed_requests.use_up(asked)
        return pushed_requests.issue_code(ana, asked) is not None

    got = stage.all_at_once(auth_app, either, 20)

    assert sorted(got) == [False] * 19 + [True]
    assert count(AuthorizationCode) <= 1


def test_a_journey_names_what_it_answers(shop, browser):
    asked = asking(pushed_requests.keep("shop", ASKED))
    with browser.visit():
        uid = journey.begin("authorize", asked=asked, return_to="/").id

    [row] = db.session.scalars(select(Interaction).where(Interaction.id == uid)).all()
    assert row.pushed_digest.hex() == row.request.pushed == asked.pushed
