"""Logout notices on their way to a real server: delivered, tried again, given up."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.auth import housekeeping
from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.clients import registration
from app.auth.database import db
from app.auth.tokens import ending, logout_delivery
from app.auth.tokens.models import LogoutNotice
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support import factories, steps
from tests.support.marks import abuse, behaviour, rfc

HEARD = "/logged-out"
SECOND = timedelta(seconds=1)


@pytest.fixture
def auth_app(create_house, listener):
    """A house that may call the listener."""
    return create_house("auth", **listener.settings)


@pytest.fixture
def shop(world, listener):
    """An app whose server is told at the listener."""
    address = listener.answer(HEARD, status=204)
    return stage.app_named("bank", backchannel_logout_uri=address)


@pytest.fixture
def notice(world, shop):
    """Leave notices: ``notice()`` signs somebody in to the app, ends that, and says of what."""

    def new(client=shop):
        presence = stage.come_in(world.user)
        stage.granted(presence, client, "openid")
        with kept(db):
            ending.session(presence.session_id, "signed_out")
        return presence.session_id

    return new


def row(session_id):
    db.session.rollback()
    return db.session.scalar(select(LogoutNotice).where(LogoutNotice.session_id == session_id))


def told(listener, path=HEARD):
    return [request for request in listener.requests if request.path == path]


def recorded(event_name):
    db.session.rollback()
    return db.session.scalars(select(AuditRecord).where(AuditRecord.event == event_name)).all()


@behaviour(149)
@rfc("OIDC Back-Channel Logout", "2.4")
def test_what_arrives_is_one_form_with_a_logout_token(world, listener, notice):
    session_id = notice()

    logout_delivery.first_tries(session_id)

    asked = listener.asked(HEARD)
    assert asked.method == "POST"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert list(asked.form) == ["logout_token"]
    token = asked.form["logout_token"]
    assert steps.header_of(token)["typ"] == "logout+jwt"
    claims = steps.claims_of(token)
    assert claims == {
        "iss": "http://localhost:3000",
        "sub": world.user.sub,
        "aud": "bank",
        "iat": claims["iat"],
        "exp": claims["iat"] + 120,
        "jti": row(session_id).id,
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        "sid": session_id,
    }


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
@rfc("OIDC Back-Channel Logout", "2.4")
def test_it_is_signed_as_the_apps_id_tokens_are(world, listener, notice, alg):
    address = listener.answer(HEARD)
    signed = stage.app_named(
        "signed", backchannel_logout_uri=address, id_token_signed_response_alg=alg
    )

    logout_delivery.first_tries(notice(signed))

    token = listener.asked(HEARD).form["logout_token"]
    assert steps.header_of(token)["alg"] == alg


@pytest.mark.parametrize("status", [200, 204])
@rfc("OIDC Back-Channel Logout", "2.8")
def test_a_delivered_notice_is_over_and_recorded(listener, notice, status):
    listener.answer(HEARD, status=status)
    session_id = notice()

    logout_delivery.first_tries(session_id)

    kept_row = row(session_id)
    assert (kept_row.due_at, kept_row.problem, kept_row.tries) == (None, None, 1)
    assert kept_row.delivered_at
    [record] = recorded(events.LOGOUT_DELIVERED)
    assert (record.subject, record.data) == ("bank", f'{{"notice":"{kept_row.id}"}}')


def test_a_notice_without_a_session_names_the_person_alone(world, shop, listener, held_clock):
    with kept(db):
        ending.consent(world.user.id, "bank", "consent_withdrawn", known_as="ana-there")
    assert logout_delivery.deliver_due() == {}
    held_clock.shift(3)

    assert logout_delivery.deliver_due() == {"delivered": 1}

    claims = steps.claims_of(listener.asked(HEARD).form["logout_token"])
    assert claims["sub"] == "ana-there"
    assert "sid" not in claims


@rfc("OIDC Back-Channel Logout", "2.8")
def test_what_the_app_refuses_is_not_sent_again(listener, notice, held_clock):
    listener.answer(HEARD, status=400)
    session_id = notice()

    logout_delivery.first_tries(session_id)
    held_clock.shift(timedelta(days=2))
    logout_delivery.deliver_due()

    assert len(told(listener)) == 1
    kept_row = row(session_id)
    assert (kept_row.due_at, kept_row.delivered_at, kept_row.problem) == (None, None, "refused")
    [record] = recorded(events.LOGOUT_GIVEN_UP)
    assert record.subject == "bank"
    assert '"problem":"refused"' in record.data


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"status": 500}, "status_500"),
        ({"status": 404}, "status_404"),
        ({"status": 302, "headers": {"Location": "https://evil.example/"}}, "redirected"),
        ({"script": lambda _write: None}, "broken"),
    ],
)
@abuse("X-04")
def test_any_other_answer_is_met_with_patience(listener, notice, held_clock, answer, problem):
    listener.answer(HEARD, **answer)
    session_id = notice()
    logout_delivery.first_tries(session_id)
    assert row(session_id).problem == problem
    assert logout_delivery.waiting(session_id) == {"bank"}

    listener.answer(HEARD)
    held_clock.shift(4)
    assert logout_delivery.deliver_due() == {}
    held_clock.shift(1)
    assert logout_delivery.deliver_due() == {"delivered": 1}

    first, second = (steps.claims_of(each.form["logout_token"]) for each in told(listener))
    assert first["jti"] == second["jti"]
    assert second["iat"] == first["iat"] + 5
    assert logout_delivery.waiting(session_id) == set()


def test_it_is_tried_less_and_less_often_for_a_day_and_given_up(listener, notice, held_clock):
    listener.answer(HEARD, status=503)
    session_id = notice()
    logout_delivery.first_tries(session_id)

    waited = []
    while due_at := row(session_id).due_at:
        waited.append(int((due_at - row(session_id).created_at).total_seconds()))
        held_clock.move_to(due_at - SECOND)
        assert logout_delivery.deliver_due() == {}
        held_clock.shift(1)
        assert sum(logout_delivery.deliver_due().values()) == 1

    assert waited == [5, 35, 155, 755, 4355, 15155, 36755, 79955]
    assert waited[-1] < 24 * 3600
    assert len(told(listener)) == 9
    assert row(session_id).problem == "status_503"
    [record] = recorded(events.LOGOUT_GIVEN_UP)
    assert '"tries":9' in record.data


def test_many_who_deliver_at_once_post_each_notice_once(world, listener, notice, held_clock):
    sessions = [notice() for _ in range(5)]
    held_clock.shift(3)

    ways = stage.all_at_once(world.app, lambda _: logout_delivery.deliver_due(), 4)

    assert sum(way.get("delivered", 0) for way in ways) == 5
    assert len(told(listener)) == 5
    assert {steps.claims_of(each.form["logout_token"])["sid"] for each in told(listener)} == set(
        sessions
    )


def test_the_page_and_the_worker_never_deliver_the_same_notice_twice(
    world, listener, notice, held_clock
):
    session_id = notice()
    held_clock.shift(3)

    def deliver(number):
        return logout_delivery.first_tries(session_id) if number else logout_delivery.deliver_due()

    stage.all_at_once(world.app, deliver, 4)

    assert len(told(listener)) == 1


def test_who_dies_over_a_notice_leaves_it_to_the_next(
    world, listener, notice, held_clock, monkeypatch
):
    session_id = notice()
    with monkeypatch.context() as dying:
        dying.setattr(logout_delivery, "_post", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            logout_delivery.first_tries(session_id)

    held_clock.shift(29)
    assert logout_delivery.deliver_due() == {}
    held_clock.shift(1)

    assert logout_delivery.deliver_due() == {"delivered": 1}
    assert row(session_id).tries == 2


def test_first_tries_take_two_seconds_at_most_and_go_on_side_by_side(world, listener):
    slow = [
        stage.app_named(f"slow-{n}", backchannel_logout_uri=listener.url(f"/slow-{n}"))
        for n in range(3)
    ]
    for client in slow:
        listener.answer(f"/{client.client_id}", script=lambda _write: time.sleep(20))
    presence = stage.come_in(world.user)
    for client in slow:
        stage.granted(presence, client, "openid")
    with kept(db):
        ending.session(presence.session_id, "signed_out")

    began = time.monotonic()
    logout_delivery.first_tries(presence.session_id)

    assert time.monotonic() - began < 10  # two, and what a busy machine adds
    assert len(listener.requests) == 3
    time.sleep(0.5)
    db.session.rollback()
    problems = set(db.session.scalars(select(LogoutNotice.problem)))
    assert problems == {"too_slow"}


def test_an_app_that_does_not_answer_delays_nobody_elses_notices(
    world, listener, notice, held_clock
):
    listener.answer(HEARD, status=503)
    for _ in range(20):
        notice()
    other = stage.app_named("other", backchannel_logout_uri=listener.answer("/other"))
    notice(other)
    held_clock.shift(3)

    ways = logout_delivery.deliver_due()

    assert ways["delivered"] == 1
    assert ways["failed"] <= 2 * logout_delivery.SIDE_BY_SIDE
    held_clock.shift(59)
    listener.answer(HEARD)
    assert logout_delivery.deliver_due().get("failed") is None
    held_clock.shift(1)
    logout_delivery.deliver_due()
    assert {notice.due_at for notice in db.session.scalars(select(LogoutNotice))} == {None}


@abuse("X-04", "C-05")
@pytest.mark.parametrize("listed", ["", "localhost:1", "127.0.0.1:443"])
def test_a_server_inside_is_never_called_unless_the_operator_listed_it(
    create_house, listener, held_clock, listed
):
    settings = listener.settings | {"OUTBOUND_ALLOW_HOSTS": listed}
    with create_house("auth", **settings).app_context():
        stage.make_keys()
        address = listener.answer(HEARD)
        inside = stage.app_named("inside", backchannel_logout_uri=address)
        presence = stage.come_in(persons.open_account())
        stage.granted(presence, inside, "openid")
        with kept(db):
            ending.session(presence.session_id, "signed_out")

        logout_delivery.first_tries(presence.session_id)

        assert listener.requests == []
        assert row(presence.session_id).problem == "address_refused"


@abuse("X-04")
def test_a_redirect_is_not_followed(listener, notice):
    elsewhere = listener.answer("/elsewhere")
    listener.answer(HEARD, status=307, headers={"Location": elsewhere})

    logout_delivery.first_tries(notice())

    assert [request.path for request in listener.requests] == [HEARD]


def test_an_app_that_no_longer_wants_to_hear_is_not_told(listener, notice, shop, held_clock):
    session_id = notice()
    described = {name: value for name, value in shop.described.items() if "logout_uri" not in name}
    with kept(db):
        registration.change("bank", described, by="operator")
    held_clock.shift(3)

    assert logout_delivery.deliver_due() == {"given_up": 1}

    assert listener.requests == []
    assert row(session_id).problem == "no_address"


def test_without_a_key_to_sign_with_it_is_tried_again(listener, notice, world):
    session_id = notice()
    factories.lose_keys(world.app)

    logout_delivery.first_tries(session_id)

    assert listener.requests == []
    assert row(session_id).problem == "unsigned"
    assert row(session_id).due_at


def test_no_connection_is_held_while_posting(listener, notice):
    held, pool = [], db.engine.pool
    listener.answer(HEARD, script=lambda _write: held.append(pool.checkedout()))
    session_id = notice()
    db.session.rollback()

    logout_delivery.first_tries(session_id)

    assert held == [0]


def test_notices_that_are_over_go_after_two_days(held_clock, listener, notice):
    listener.answer(HEARD, status=400)
    refused = notice()
    logout_delivery.first_tries(refused)
    listener.answer(HEARD, status=503)
    waiting = notice()
    held_clock.shift(timedelta(days=2))
    assert housekeeping.run(30)["logout_notices"] == 0
    held_clock.shift(1)

    assert housekeeping.run(30)["logout_notices"] == 1
    assert row(refused) is None
    assert row(waiting).due_at
