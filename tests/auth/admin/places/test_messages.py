"""Messages are looked through without what they say, and tried again."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from app.auth.database import db
from app.auth.notifications import post
from app.auth.notifications.models import OutboxMessage
from app.foundation import clock, ids
from app.foundation.database import kept
from tests.support.marks import mission
from tests.support.spans import least

MESSAGES = "/admin/messages"
MANY = 100_000
QUICK = 1.0  # seconds


@pytest.fixture
def dead(app):
    """Three messages that were given up, one of them no longer worth it; and one that waits."""
    with app.app_context(), kept(db):
        told = {"code": "135790", "minutes": 5, "device": None, "place": None}
        made = [post.mail("sign_in_code", "rita@exemplo.com.br", **told) for _ in range(3)]
        post.sms("confirm_phone", "+5511987654321", code="246802", minutes=5)
    with app.app_context(), kept(db):
        mine = OutboxMessage.id.in_(made)
        gone = {"due_at": None, "problem": "refused", "tries": 9}
        db.session.execute(update(OutboxMessage).where(mine).values(**gone))
        old = update(OutboxMessage).where(OutboxMessage.id == made[2])
        db.session.execute(old.values(expires_at=clock.now() - timedelta(days=1)))
    return made


def rows(browser, asked=""):
    """The messages that fit, as the file has them."""
    return json.loads(browser.open(f"{MESSAGES}?format=json&{asked}").html)


@mission("S84")
def test_messages_are_listed_by_state_and_channel_and_say_nothing(olga, dead):
    page = olga.open(MESSAGES)

    assert "(11) •••••-4321" in page.text
    assert "r•••@exemplo.com.br" in page.text
    for secret in ("135790", "246802", "rita@", "+5511987654321"):
        assert secret not in page.html
        assert secret not in olga.open(f"{MESSAGES}?format=csv").html
    assert {row["id"] for row in rows(olga, "state=dead")} == set(dead)
    assert [row["channel"] for row in rows(olga, "channel=sms")] == ["sms"]
    assert rows(olga, "age=day") == []


def test_one_message_and_then_all_are_tried_again(olga, dead, recorded, sub_of):
    ask = olga.open(f"{MESSAGES}/{dead[0]}/retry")

    assert olga.submit(ask, "admin-message-retry-form").address == f"{MESSAGES}?done=retried"
    assert olga.submit(ask, "admin-message-retry-form").address == f"{MESSAGES}?done=over"
    assert recorded(dead[0]) == [("message:delivery:retried", sub_of("olga"))]
    assert olga.open(f"{MESSAGES}/{dead[2]}/retry").address == f"{MESSAGES}?done=over"
    assert olga.open(f"{MESSAGES}/nothing/retry").status == 404

    every = olga.open(f"{MESSAGES}/retry")
    assert olga.submit(every, "admin-message-retry-all-form").address.endswith("=retried_all")
    assert {row["id"] for row in rows(olga, "state=dead")} == {dead[2]}
    assert olga.submit(every, "admin-message-retry-all-form").address.endswith("=over")


@mission("S96")
def test_a_hundred_thousand_messages_stay_quick(olga, app):
    now = clock.now()
    with app.app_context(), kept(db):
        for start in range(0, MANY, 10_000):
            made = [
                {"id": ids.new("msg"), "message": "password_changed", "channel": "mail"}
                | {"locale": "en", "created_at": now - timedelta(seconds=n), "tries": 0}
                | {"expires_at": now, "delivered_at": now if n % 100 else None}
                for n in range(start, start + 10_000)
            ]
            db.session.execute(insert(OutboxMessage.__table__), made)

    for asked in ("", "?state=dead&order=oldest", "?page=2000", "?age=day&channel=mail"):
        assert olga.open(f"{MESSAGES}{asked}").status == 200
        assert least(lambda asked=asked: olga.open(f"{MESSAGES}{asked}"), 3) < QUICK, asked
