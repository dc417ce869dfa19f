"""Push: to each browser that asked, sealed to it, once, and no more once it is gone."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.auth.database import db
from app.auth.notifications import delivery, mailbox, messages, post, subscriptions
from app.auth.notifications.models import OutboxMessage, PushSubscription
from app.auth.sessions import devices
from app.foundation import clock, ids
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support.marks import abuse, asvs, mission, rfc
from tests.support.push_service import CONTACT, PushService


@pytest.fixture
def service(listener):
    """Where browsers take their messages."""
    return PushService(listener)


@pytest.fixture
def house(create_house, service):
    """A house that sends notices by push, and whose mail goes to the mailbox; a context is open."""
    app = create_house("auth", **service.settings)
    with app.app_context():
        yield app


def ana():
    return persons.found("ana@example.com") or persons.open_account(verified=True)


def turn_on(browser, user=None):
    """Keep the subscription of a new device of Ana's; return its id."""
    user = user or ana()
    with kept(db):
        device_id = devices.seen(user.id, ids.secret(), "curl/8", "203.0.113.9")
        address = subscriptions.Address(**browser.address)
        return subscriptions.keep(user, device_id, address, "curl")


def tell(message="new_sign_in", **context):
    """Put a notice to Ana in the outbox; return the ids of its messages."""
    context = context or {"at": clock.now(), "device": "iPhone, Safari", "place": None}
    with kept(db):
        return post.notice(message, ana(), **context)


def rows(model):
    db.session.rollback()
    return db.session.scalars(select(model)).all()


@mission("S9")
@rfc("8030", "5")
@rfc("8291", "4")
@rfc("8292", "2")
def test_a_notice_comes_by_mail_and_to_each_browser_that_asked_for_it(house, service):
    phone, laptop = service.subscribe(), service.subscribe()
    for browser in (phone, laptop):
        turn_on(browser)

    mailed, *pushed = tell()
    assert delivery.deliver_pushes() == {"delivered": 2}

    assert len(pushed) == 2
    for browser in (phone, laptop):
        [came] = service.pushed(browser)
        assert came.told["title"] == "Nova entrada na sua conta"
        assert "iPhone, Safari" in came.told["body"]
        assert came.told["opens"] == "http://localhost:3000/account/sessions"
        assert came.told["id"] in pushed
        assert came.sender["sub"] == CONTACT
        assert came.sender["exp"] <= clock.seconds() + 86_400
        assert (came.headers["topic"], came.headers["urgency"]) == (came.told["id"], "normal")
        assert 0 < int(came.headers["ttl"]) <= 7 * 86_400
        assert came.headers["content-encoding"] == "aes128gcm"
        assert came.size < 4096
    assert delivery.deliver_due() == {"delivered": 1}
    told = mailbox.read("ana@example.com", 0, 9)
    assert sorted(each.channel for each in told) == ["mail", "push", "push"]
    assert {row.id for row in rows(OutboxMessage)} == {mailed, *pushed}
    assert all(each.last_used_at for each in rows(PushSubscription))


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten_and_the_record_says_so(house, service, status):
    browser = service.subscribe(status=status)
    turn_on(browser)
    _, pushed = tell()

    assert delivery.deliver_pushes() == {"given_up": 1}

    assert rows(PushSubscription) == []
    told = [event for event, subject in persons.recorded() if "push" in event]
    assert told == ["account:push:added", "account:push:removed"]
    assert ("message:delivery:given_up", pushed) in persons.recorded()
    assert len(tell()) == 1  # from now on the mail alone


def test_what_the_service_answers_decides_when_it_is_tried_again(held_clock, house, service):
    browser = service.subscribe(status=429, headers={"Retry-After": "100"})
    turn_on(browser)
    tell()
    assert delivery.deliver_pushes() == {"failed": 1}
    service.answer(browser, status=503)
    held_clock.shift(delivery.WAITS[0])
    assert delivery.deliver_pushes() == {}  # the service asked for more time than that

    held_clock.shift(100 - delivery.WAITS[0])
    assert delivery.deliver_pushes() == {"failed": 1}
    service.answer(browser, status=201)
    held_clock.shift(delivery.WAITS[1])

    assert delivery.deliver_pushes() == {"delivered": 1}
    assert len({each.headers["topic"] for each in service.requests(browser)}) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_service_that_never_answers_delays_no_mail_and_nobody_elses_push(
    house, service, monkeypatch
):
    monkeypatch.setattr("app.auth.notifications.channels.push.SECONDS", 2)
    slow, good = service.subscribe(script=lambda _write: time.sleep(20)), service.subscribe()
    for browser in (slow, good):
        turn_on(browser)
    tell()

    assert delivery.deliver_due() == {"delivered": 1}
    assert delivery.deliver_pushes() == {"delivered": 1, "failed": 1}
    assert len(service.pushed(good)) == 1


@asvs("1.3.6")
@abuse("C-05")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_push_goes_into_our_own_network(create_house, service):
    settings = service.settings | {"OUTBOUND_ALLOW_HOSTS": ""}
    with create_house("auth", **settings).app_context():
        browser = service.subscribe()
        turn_on(browser)
        tell()

        assert delivery.deliver_pushes() == {"given_up": 1}

        assert service.requests(browser) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_no_browser_is_not_kept(house, service):
    fine = service.subscribe().address
    for wrong in (
        {"endpoint": "http://push.example/x"},
        {"endpoint": "https://push.example/" + "x" * 2000},
        {"endpoint": "javascript:alert(1)"},
        {"p256dh": fine["auth"]},
        {"auth": ""},
    ):
        with pytest.raises(subscriptions.Refused):
            subscriptions.keep(ana(), "dev_x", subscriptions.Address(**fine | wrong), "curl")


def test_a_browser_shows_the_notices_of_one_person_at_a_time(house, service):
    browser = service.subscribe()
    turn_on(browser)
    bia = persons.open_account("bia@example.com", verified=True)

    turn_on(browser, bia)

    [row] = rows(PushSubscription)
    assert row.user_id == bia.id
    assert len(tell()) == 1


def test_of_many_browsers_the_oldest_go(held_clock, house, service):
    first = turn_on(service.subscribe())
    for _ in range(subscriptions.MOST):
        held_clock.shift(1)
        last = turn_on(service.subscribe())

    left = [each.id for each in subscriptions.of(ana().id)]
    assert len(left) == subscriptions.MOST
    assert last in left
    assert first not in left


def test_one_browser_turned_on_many_times_at_once_is_kept_once(house, service):
    ana()
    browser = service.subscribe()

    got = stage.all_at_once(house, lambda _: turn_on(browser), 6)

    assert all(isinstance(each, str) for each in got), got
    [row] = rows(PushSubscription)
    assert subscriptions.address(row.id).endpoint == browser.address["endpoint"]


def test_nothing_of_where_it_goes_can_be_read_in_the_table(house, service):
    browser = service.subscribe()
    turn_on(browser)

    [row] = rows(PushSubscription)
    held = row.address_sealed + row.endpoint_digest + row.name.encode()
    for secret in browser.address.values():
        assert secret.encode() not in held


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_without_a_key_no_notice_is_pushed_and_no_code_but_that_of_a_deed_ever(
    create_house, service
):
    with create_house("auth", PUSH_VAPID_PRIVATE_KEY="").app_context():
        turn_on(service.subscribe())

        assert not post.offers("push")
        assert len(tell()) == 1
    secret = {name: message for name, message in messages.CATALOGUE.items() if message.secret}
    assert [name for name, each in secret.items() if "push" in each.channels] == ["deed_code"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_notice_says_at_most_what_is_left_of_its_time(held_clock, house, service):
    browser = service.subscribe(status=503)
    turn_on(browser)
    tell("password_changed", at=clock.now(), device=None)
    held_clock.shift(timedelta(days=6))

    delivery.deliver_pushes()

    [asked] = service.requests(browser)
    assert (asked.headers["ttl"], asked.headers["urgency"]) == ("86400", "high")
