"""Housekeeping: what is over goes, what is still needed stays, and two at once do no harm."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from app.auth import housekeeping
from app.auth.accounts.imported import marks
from app.auth.accounts.proofs import one_time
from app.auth.clients import credentials, invitations
from app.auth.clients.models import ClientSecret, InitialAccessToken
from app.auth.database import db
from app.auth.flows.services import tell_person
from app.auth.interactions import journey, pushed_requests
from app.auth.interactions.models import Interaction, PushedRequest
from app.auth.notifications import delivery, post
from app.auth.notifications.models import OutboxMessage
from app.auth.recoveries import waiting
from app.auth.replays.models import ReplayMark
from app.auth.retention import holds
from app.auth.sessions.models import Session
from app.auth.staff import pending
from app.auth.tokens import codes, ending, refresh
from app.auth.tokens.models import AuthorizationCode, RefreshToken, RevokedToken
from app.foundation import clock, digests, ids
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support.marks import asvs, mission

WINDOW = 30
DAY = timedelta(days=1)
NOTHING = {
    "users": 0,
    "person_keys": 0,
    "contact_changes": 0,
    "devices": 0,
    "networks": 0,
    "authorization_codes": 0,
    "client_secrets": 0,
    "initial_access_tokens": 0,
    "device_codes": 0,
    "interactions": 0,
    "pushed_requests": 0,
    "verification_tokens": 0,
    "password_resets": 0,
    "unproved_people": 0,
    "imported_lines": 0,
    "login_tries": 0,
    "logout_notices": 0,
    "factor_recoveries": 0,
    "pending_acts": 0,
    "looks": 0,
    "delegations": 0,
    "institution_invitations": 0,
    "audit_tallies": 0,
    "outbox_messages": 0,
    "passkey_invitations": 0,
    "remembered_browsers": 0,
    "received_notices": 0,
    "replay_marks": 0,
    "revoked_tokens": 0,
    "explanations": 0,
    "refresh_tokens": 0,
    "sessions": 0,
    "successors_wiped": 0,
    "messages_wiped": 0,
}


def run():
    return housekeeping.run(WINDOW)


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def client(held_clock, auth_context):
    """The app ``shop``; time stands still."""
    return stage.app_named()


@pytest.fixture
def ana(client):
    """Ana, here with her browser."""
    return stage.come_in(persons.open_account())


def test_in_a_fresh_house_there_is_nothing_to_do(auth_context):
    assert run() == NOTHING


def test_a_code_goes_a_day_after_it_expired(held_clock, client, ana):
    codes.issue(ana, stage.asking())
    held_clock.shift(timedelta(seconds=60) + DAY)
    assert run()["authorization_codes"] == 0

    held_clock.shift(1)

    assert run()["authorization_codes"] == 1
    assert count(AuthorizationCode) == 0


def test_a_family_goes_a_day_after_it_expired_and_its_session_with_it(
    held_clock, auth_context, client, ana
):
    stage.granted(ana, client, "openid offline_access")
    held_clock.shift(auth_context.config["REFRESH_TOKEN_SECONDS"] - 1)
    counts = run()
    assert (counts["refresh_tokens"], counts["sessions"]) == (0, 0)  # a living token stands on it

    held_clock.shift(DAY + timedelta(seconds=2))

    assert run()["refresh_tokens"] == 1
    assert run()["sessions"] == 0  # it went in the same round
    assert (count(RefreshToken), count(Session)) == (0, 0)


def test_a_recovery_goes_a_week_after_it_ended(held_clock, ana):
    user = persons.found("ana@example.com")
    with kept(db):
        waiting.begin(user)
        waiting.stop(user, "stop_link")
    held_clock.shift(7 * DAY)
    assert run()["factor_recoveries"] == 0

    held_clock.shift(1)

    assert run()["factor_recoveries"] == 1


def test_a_session_nobody_stands_on_goes_a_day_after_its_end(held_clock, client, ana):
    held_clock.shift(timedelta(hours=12) + DAY)
    assert run()["sessions"] == 0

    held_clock.shift(1)

    assert run()["sessions"] == 1


def test_a_session_goes_when_the_grant_that_outlived_it_was_ended(held_clock, client, ana):
    grant, value = stage.granted(ana, client, "openid offline_access")
    held_clock.shift(timedelta(hours=12) + DAY + timedelta(seconds=1))
    assert run()["sessions"] == 0
    with kept(db):
        ending.grant(grant.grant_id, "grant:tokens:ended", actor="shop")

    assert run()["sessions"] == 1
    assert refresh.find(refresh.parse(value)) is None


def test_ended_names_and_journeys_go_once_they_expired(held_clock, auth_context, client):
    now = clock.now()
    marks = [{"name_digest": bytes([n]) * 32, "expires_at": now + timedelta(seconds=n)}
             for n in (0, 10, 20)]  # fmt: skip
    journeys = [
        {"id": ids.new("int"), "kind": "account", "browser_digest": b"", "return_to": "/",
         "expires_at": now + timedelta(seconds=seconds)}
        for seconds in (0, 10, 20)
    ]  # fmt: skip
    names = [{"name": f"jti:{n}", "expires_at": now + timedelta(seconds=n)} for n in (0, 10, 20)]
    with kept(db):
        db.session.execute(insert(Interaction), journeys)
        db.session.execute(insert(RevokedToken), names)
        db.session.execute(insert(ReplayMark), marks)
    assert run() == NOTHING

    held_clock.shift(11)

    assert run() == NOTHING | {"interactions": 2, "replay_marks": 2, "revoked_tokens": 2}
    assert (count(Interaction), count(RevokedToken), count(ReplayMark)) == (1, 1, 1)


def test_an_initial_access_token_and_an_old_secret_go_once_they_expired(held_clock, client):
    with kept(db):
        invitations.issue(days=1)
        _, digest = credentials.draw_secret()
        credentials.replace_secret("shop", digest, by="operator", overlap_seconds=60)
    held_clock.shift(60)
    assert run() == NOTHING

    held_clock.shift(1)
    assert run()["client_secrets"] == 1
    held_clock.shift(DAY)

    assert run()["initial_access_tokens"] == 1
    assert (count(ClientSecret), count(InitialAccessToken)) == (1, 0)


def test_a_pushed_request_goes_once_it_expired_and_nobody_is_under_way_with_it(
    held_clock, auth_app, auth_context, client
):
    opened, left = (pushed_requests.keep("shop", {"scope": "openid"}) for _ in range(2))
    asked = stage.asking(pushed=digests.of(opened).hex())
    with auth_app.test_request_context("/"), kept(db):
        journey.begin("authorize", asked=asked, return_to="/")
    held_clock.shift(120)
    assert run() == NOTHING

    held_clock.shift(1)
    assert run() == NOTHING | {"pushed_requests": 1}
    assert pushed_requests.use_up(asked)
    held_clock.shift(auth_app.config["INTERACTION_SECONDS"])

    assert run() == NOTHING | {"interactions": 1, "pushed_requests": 1}
    assert count(PushedRequest) == 0
    assert left != opened


def test_it_deletes_a_batch_at_a_time(held_clock, auth_context, monkeypatch):
    monkeypatch.setattr(housekeeping, "BATCH", 3)
    listed(10)

    assert run()["revoked_tokens"] == 10
    assert count(RevokedToken) == 0


def test_many_at_once_delete_each_thing_once(held_clock, auth_app, monkeypatch):
    monkeypatch.setattr(housekeeping, "BATCH", 20)
    with auth_app.app_context():
        listed(300)

    got = stage.all_at_once(auth_app, lambda _: run()["revoked_tokens"], 4)

    with auth_app.app_context():
        run()
        assert count(RevokedToken) == 0
    assert sum(got) <= 300
    assert max(got) > 0


def listed(number):
    """List so many names that have expired."""
    past = clock.now() - timedelta(seconds=1)
    with kept(db):
        names = [{"name": f"jti:{n}", "expires_at": past} for n in range(number)]
        db.session.execute(insert(RevokedToken), names)


def letter():
    """Put a code in the outbox; return its row."""
    with kept(db):
        sent = post.mail("reset_code", "ana@example.com", code="1", link="https://x/", minutes=10)
    return db.session.get(OutboxMessage, sent)


def test_a_message_goes_seven_days_after_it_was_delivered(held_clock, auth_context):
    letter()
    delivery.deliver_due()
    held_clock.shift(7 * DAY)
    assert run() == NOTHING

    held_clock.shift(1)

    assert run()["outbox_messages"] == 1
    assert count(OutboxMessage) == 0


def test_a_message_that_waits_is_left_to_the_worker(held_clock, auth_context):
    letter()
    held_clock.shift(30 * DAY)

    assert run() == NOTHING


def test_what_a_dead_message_said_is_wiped_once_nobody_can_retry_it(held_clock, auth_context):
    with kept(db):
        letter().due_at = None
    assert run() == NOTHING

    held_clock.shift(601)

    assert run()["messages_wiped"] == 1
    assert run() == NOTHING
    assert db.session.scalar(select(OutboxMessage.content_sealed)) is None


@mission("S118")
def test_what_a_dead_message_said_to_somebody_whom_a_court_holds_stays(held_clock, auth_context):
    ana = persons.open_account()
    with kept(db):
        one = letter()
        one.due_at, one.user_id = None, ana.id
        holds.place(ana.sub, "Ofício 1")
    held_clock.shift(601)

    assert run() == NOTHING

    with kept(db):
        holds.release(ana.sub)
    assert run()["messages_wiped"] == 1


@asvs("14.2.7")
@pytest.mark.parametrize(
    ("purpose", "table", "seconds"),
    [("confirm_email", "verification_tokens", 86400), ("reset", "password_resets", 900)],
)
def test_a_one_time_secret_goes_a_day_after_it_expired(
    held_clock, auth_context, purpose, table, seconds
):
    person = persons.open_account()
    with kept(db):
        one_time.issue(purpose, person.id, person.email)
    held_clock.shift(timedelta(seconds=seconds) + DAY)
    assert run()[table] == 0

    held_clock.shift(1)

    assert run()[table] == 1


def test_an_account_nobody_proved_goes_after_a_week_and_no_other(held_clock, auth_context):
    persons.open_account("ana@example.com")
    persons.open_account("rita@example.com")
    persons.open_account("bia@example.com")
    with kept(db):
        one_time.issue("confirm_email", persons.found("rita@example.com").id, "rita@example.com")
        persons.found("rita@example.com").must_prove = "email phone"
        persons.found("bia@example.com").must_prove = "phone"
    stage.come_in(persons.found("rita@example.com"))
    held_clock.shift(7 * DAY)
    assert run()["unproved_people"] == 0

    held_clock.shift(1)

    assert run()["unproved_people"] == 1
    assert persons.found("rita@example.com") is None
    assert persons.found("ana@example.com") is not None
    assert persons.found("bia@example.com") is not None


def test_a_notice_of_a_service_is_known_for_thirty_days(held_clock, auth_context):
    ana = persons.open_account()
    data = {"amount": 5, "currency": "BRL", "payer": "Bia", "at": clock.now().isoformat()}
    with kept(db):
        tell_person.tell("bank", "n1", ana.sub, "payment_received", data)

    held_clock.shift(30 * DAY)
    assert run()["received_notices"] == 0
    held_clock.shift(1)
    assert run()["received_notices"] == 1


def test_a_line_of_an_import_is_known_for_half_a_year(held_clock, auth_context):
    with kept(db):
        marks.keep(marks.of([{"email": "ana@example.com"}]))

    held_clock.shift(180 * DAY)
    assert run() == NOTHING
    held_clock.shift(1)
    assert run() == NOTHING | {"imported_lines": 1}


def test_an_act_goes_a_week_after_it_was_decided_or_lapsed(held_clock, auth_context):
    told = {"payload": "{}", "before": "{}", "difference": "[]"}
    with kept(db):
        acts = [pending.add("role_grant", name, None, "ada", **told) for name in ("eva", "bia")]
        pending.decide(acts[0].id, "refused", "ada")

    held_clock.shift(8 * DAY)
    assert run() == NOTHING | {"pending_acts": 1}
    held_clock.shift(7 * DAY)
    assert run() == NOTHING | {"pending_acts": 1}
