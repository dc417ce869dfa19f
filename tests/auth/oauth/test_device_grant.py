"""A device asks again and again, and gets tokens once (RFC 8628 §3.4, §3.5)."""

import pytest
from sqlalchemy import select, update

from app.auth.accounts.models import User
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.tokens import ending
from app.auth.tokens.models import DeviceCode
from app.foundation import digests
from app.foundation.database import kept
from tests.auth.oauth import devices
from tests.support import factories, houses, steps
from tests.support.marks import abuse, behaviour, rfc

BANK = f"{houses.ISSUER}/bank"


@pytest.fixture
def tv(server):
    """An app on televisions, which can keep no secret."""
    return devices.television(server)


@pytest.fixture
def waiting(held_clock, browser, tv):
    """What a device was told that waits; time stands still."""
    return devices.begun(browser, tv)


@pytest.fixture
def approved(browser, tv, ana):
    """What a device was told that Ana has approved."""
    return devices.approved(browser, tv, ana)


def row_of(server, told):
    """The row of a device code."""
    with server.app_context():
        return db.session.get(DeviceCode, digests.of(told["device_code"]))


@rfc("8628", "3.5")
def test_until_somebody_answers_it_waits(browser, tv, waiting, held_clock):
    for _ in range(3):
        held_clock.shift(5)
        answer = devices.poll(browser, tv, waiting["device_code"])
        steps.refused(answer, "authorization_pending")


@rfc("8628", "3.4")
@behaviour(84, 86)
def test_once_approved_it_brings_tokens(browser, tv, ana, approved):
    answer = devices.poll(browser, tv, approved["device_code"])

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    fields = "access_token token_type expires_in scope refresh_token id_token"
    assert set(answer.json) == set(fields.split())
    assert answer.json["scope"] == devices.SCOPE
    claims = steps.claims_of(answer.json["access_token"])
    assert (claims["sub"], claims["client_id"], claims["aud"]) == (ana.sub, tv.client_id, BANK)
    assert claims["user_id"] == ana.id
    identity = steps.claims_of(answer.json["id_token"])
    assert (identity["sub"], identity["aud"]) == (ana.sub, tv.client_id)
    assert identity["sid"] == claims["sid"]
    assert "nonce" not in identity
    assert steps.userinfo(browser, answer.json["access_token"]).json["name"] == "Ana Souza"


def test_its_refresh_token_turns_over_like_any_other(browser, tv, approved):
    first = devices.poll(browser, tv, approved["device_code"]).json

    second = steps.refresh(browser, tv, first["refresh_token"])

    assert second.status_code == 200
    assert second.json["refresh_token"] != first["refresh_token"]
    assert second.json["scope"] == devices.SCOPE


@rfc("8628", "3.5")
def test_who_asks_too_soon_waits_five_seconds_longer_from_then_on(
    browser, tv, waiting, held_clock, server
):
    said = []
    for seconds in (0, 5, 4, 9, 14, 20, 19, 25):
        held_clock.shift(seconds)
        said.append(devices.poll(browser, tv, waiting["device_code"]).json["error"])

    pending, slow = "authorization_pending", "slow_down"
    assert said == [pending, pending, slow, slow, slow, pending, slow, pending]
    assert row_of(server, waiting).wait_seconds == 25


def test_a_poll_may_gain_a_little_on_the_way(browser, tv, waiting, held_clock):
    devices.poll(browser, tv, waiting["device_code"])
    held_clock.shift(4.6)

    answer = devices.poll(browser, tv, waiting["device_code"])

    steps.refused(answer, "authorization_pending")


def test_what_was_approved_is_given_however_soon_it_is_asked_for(browser, tv, waiting, ana):
    devices.poll(browser, tv, waiting["device_code"])
    devices.answer(browser, waiting["user_code"], ana)

    assert devices.poll(browser, tv, waiting["device_code"]).status_code == 200


@rfc("8628", "3.5")
def test_a_no_is_told_and_stays_a_no(browser, tv, waiting, ana, held_clock):
    devices.answer(browser, waiting["user_code"], ana, decision="deny")

    for _ in range(2):
        steps.refused(devices.poll(browser, tv, waiting["device_code"]), "access_denied")


@rfc("8628", "3.5")
@pytest.mark.parametrize(
    ("seconds", "error"), [(599, "authorization_pending"), (600, "expired_token")]
)
def test_it_waits_ten_minutes(browser, tv, waiting, held_clock, seconds, error):
    held_clock.shift(seconds)

    steps.refused(devices.poll(browser, tv, waiting["device_code"]), error)


@abuse("T-16")
def test_what_was_approved_and_not_fetched_in_time_is_gone(browser, tv, ana, held_clock):
    told = devices.approved(browser, tv, ana)
    held_clock.shift(600)

    steps.refused(devices.poll(browser, tv, told["device_code"]), "expired_token")


@abuse("T-04")
@behaviour(90)
def test_another_clients_code_is_refused_and_not_used_up(browser, server, tv, approved):
    other = devices.television(server)

    steps.refused(devices.poll(browser, other, approved["device_code"]), "invalid_grant")

    assert devices.poll(browser, tv, approved["device_code"]).status_code == 200


def test_another_clients_polls_slow_nobody_down(browser, server, tv, waiting, held_clock):
    other = devices.television(server)
    for _ in range(3):
        steps.refused(devices.poll(browser, other, waiting["device_code"]), "invalid_grant")

    answer = devices.poll(browser, tv, waiting["device_code"])

    steps.refused(answer, "authorization_pending")
    assert row_of(server, waiting).wait_seconds == 5


@pytest.mark.parametrize(
    "code", ["x", "x" * 43, "x" * 44, "é" * 43, "' OR 1=1 --", "x" * 50_000, "a\nb"]
)
def test_what_is_no_code_is_refused(browser, tv, code):
    steps.refused(devices.poll(browser, tv, code), "invalid_grant")


@pytest.mark.parametrize("code", [None, ""])
def test_a_missing_code_is_told(browser, tv, code):
    steps.refused(devices.poll(browser, tv, code), "invalid_request")


@abuse("T-01")
@behaviour(87)
@rfc("6749", "4.1.2")
def test_a_code_used_twice_is_refused_and_ends_what_it_began(browser, tv, approved, server):
    first = devices.poll(browser, tv, approved["device_code"]).json

    steps.refused(devices.poll(browser, tv, approved["device_code"]), "invalid_grant")

    assert steps.userinfo(browser, first["access_token"]).status_code == 401
    steps.refused(steps.refresh(browser, tv, first["refresh_token"]), "invalid_grant")


def test_a_used_code_shown_by_another_client_ends_nothing(browser, server, tv, approved):
    first = devices.poll(browser, tv, approved["device_code"]).json
    other = devices.television(server)

    steps.refused(devices.poll(browser, other, approved["device_code"]), "invalid_grant")

    assert steps.userinfo(browser, first["access_token"]).status_code == 200


@abuse("T-13")
@rfc("6749", "5.2")
def test_a_client_that_is_not_registered_for_devices_is_refused(browser, server):
    app = factories.app(server, grant_types=["authorization_code"])

    steps.refused(devices.poll(browser, app, "x" * 43), "unauthorized_client")


@abuse("T-10")
def test_a_confidential_client_needs_its_secret(browser, server, ana):
    app = devices.television(server, "client_secret_basic")
    told = devices.approved(browser, app, ana)
    naked = factories.App(app.client_id, None, "none", app.described)

    steps.refused(devices.poll(browser, naked, told["device_code"]), "invalid_client", 401)

    assert devices.poll(browser, app, told["device_code"]).status_code == 200


@rfc("8707", "2.2")
def test_a_resource_named_again_is_the_one_that_was_asked_for(browser, tv, ana):
    told = devices.approved(browser, tv, ana, resource=f"{BANK}/wallet")

    other = devices.poll(browser, tv, told["device_code"], resource=BANK)
    steps.refused(other, "invalid_target")

    answer = devices.poll(browser, tv, told["device_code"], resource=f"{BANK}/wallet")
    assert steps.claims_of(answer.json["access_token"])["aud"] == f"{BANK}/wallet"


def test_without_the_refresh_grant_no_refresh_token_comes(browser, server, ana):
    app = devices.television(server, grant_types=["urn:ietf:params:oauth:grant-type:device_code"])

    assert "refresh_token" not in devices.tokens(browser, app, ana)


def test_without_openid_no_id_token_comes(browser, tv, ana):
    assert "id_token" not in devices.tokens(browser, tv, ana, scope="wallet:read")


def end_session_of(server, told, offline):
    """End the browser session in which a device was approved."""
    session_id = row_of(server, told).session_id
    with server.app_context(), kept(db):
        ending.session(session_id, "test", offline=offline)


def lock(server, person):
    """Lock a person's account."""
    with server.app_context(), kept(db):
        db.session.execute(update(User).where(User.id == person.id).values(status="locked"))


@abuse("M-06")
def test_nothing_begins_once_the_session_that_approved_it_is_over(browser, tv, approved, server):
    end_session_of(server, approved, offline=False)

    steps.refused(devices.poll(browser, tv, approved["device_code"]), "invalid_grant")


@abuse("M-06")
def test_nothing_begins_for_who_may_no_longer_enter(browser, tv, approved, server, ana):
    lock(server, ana)

    steps.refused(devices.poll(browser, tv, approved["device_code"]), "invalid_grant")


def test_nothing_begins_once_the_session_has_run_out(held_clock, create_house):
    server = create_house("auth", SESSION_IDLE_SECONDS=60)
    factories.keys(server)
    ana, tv, browser = factories.person(server), devices.television(server), server.test_client()
    told = devices.approved(browser, tv, ana)
    held_clock.shift(61)

    steps.refused(devices.poll(browser, tv, told["device_code"]), "invalid_grant")


@abuse("M-06")
def test_what_a_device_holds_ends_with_the_session_that_approved_it(browser, tv, ana, server):
    for scope, offline, status in (
        ("openid", False, 400),
        ("openid offline_access", False, 200),
        ("openid offline_access", True, 400),
    ):
        told = devices.approved(browser, tv, ana, scope=scope)
        first = devices.poll(browser, tv, told["device_code"]).json

        end_session_of(server, told, offline=offline)

        assert steps.refresh(browser, tv, first["refresh_token"]).status_code == status
        assert steps.userinfo(browser, first["access_token"]).status_code == 401


def test_a_disabled_app_loses_what_its_devices_hold(browser, tv, ana, server):
    told = devices.approved(browser, tv, ana)
    first = devices.poll(browser, tv, told["device_code"]).json
    factories.disable(server, tv)

    assert steps.userinfo(browser, first["access_token"]).status_code == 401
    steps.refused(devices.poll(browser, tv, told["device_code"]), "invalid_client", 401)


def test_each_step_is_recorded_once(browser, tv, ana, approved, server):
    devices.poll(browser, tv, approved["device_code"])
    devices.poll(browser, tv, approved["device_code"])

    grant_id = row_of(server, approved).grant_id
    with server.app_context():
        mine = select(AuditRecord.event, AuditRecord.actor).where(AuditRecord.subject == grant_id)
        told = [tuple(row) for row in db.session.execute(mine.order_by(AuditRecord.seq))]
    assert told == [
        ("grant:device:asked", tv.client_id),
        ("grant:device:approved", ana.sub),
        ("grant:tokens:issued", tv.client_id),
        ("grant:code:replayed", tv.client_id),
    ]


def test_without_a_signing_key_nothing_is_used_up(browser, create_house):
    server = create_house("auth", CACHE_SECONDS=0)
    factories.keys(server)
    ana, tv, browser = factories.person(server), devices.television(server), server.test_client()
    told = devices.approved(browser, tv, ana)
    factories.lose_keys(server)

    answer = devices.poll(browser, tv, told["device_code"])

    assert answer.status_code == 503
    factories.keys(server)
    assert devices.poll(browser, tv, told["device_code"]).status_code == 200
