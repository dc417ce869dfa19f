"""SMS by an HTTP gateway: what is posted there, and what its answers mean."""

import json

import pytest
from sqlalchemy import select

from app.auth.database import db
from app.auth.notifications import delivery, post
from app.auth.notifications.models import OutboxMessage
from app.foundation.database import kept
from tests.support.marks import mission

PHONE = "+5511987654321"


@pytest.fixture
def database_kind():
    """The gateway is the same whatever the outbox is kept in."""
    return "sqlite"


@pytest.fixture
def house(create_house, listener):
    """A house with an SMS gateway; a context is open."""
    told = {
        "SMS_GATEWAY_URL": listener.url("/sms"),
        "SMS_GATEWAY_TOKEN": "t0k",
        "SMS_FROM": "Banco",
    }
    app = create_house("auth", OUTBOUND_CA_FILE=str(listener.ca_file), **told)
    with app.app_context():
        yield app


def text(number=PHONE):
    with kept(db):
        return post.sms("sign_in_code", number, code="493027", minutes=5, device=None, place=None)


def row_of(message_id):
    db.session.rollback()
    return db.session.scalar(select(OutboxMessage).where(OutboxMessage.id == message_id))


@mission("S9")
def test_an_sms_is_posted_once_with_its_id_and_our_token(house, listener):
    listener.answer("/sms", status=202)
    sent = text()

    assert delivery.deliver_due() == {"delivered": 1}

    asked = listener.asked("/sms")
    told = json.loads(asked.body)
    assert (told["id"], told["to"], told["from"]) == (sent, PHONE, "Banco")
    assert "493027" in told["text"]
    assert asked.headers["authorization"] == "Bearer t0k"
    assert asked.headers["idempotency-key"] == sent
    assert delivery.deliver_due() == {}


@pytest.mark.parametrize(
    ("status", "way", "problem"),
    [(400, "given_up", "status_400"), (503, "failed", "status_503"), (429, "failed", "status_429"),
     (401, "failed", "status_401"), (302, "failed", "redirected")],
)  # fmt: skip
def test_what_the_gateway_answers_decides(house, listener, status, way, problem):
    listener.answer("/sms", status=status)
    sent = text()

    assert delivery.deliver_due() == {way: 1}

    assert row_of(sent).problem == problem


def test_with_the_gateway_away_all_wait_and_none_is_lost(held_clock, house, listener):
    listener.answer("/sms", status=200)
    sent = [text(f"+551198765432{n}") for n in range(3)]
    listener.stop()
    assert set(delivery.deliver_due()) == {"failed"}
    listener.listen_again()
    assert delivery.deliver_due() == {}

    held_clock.shift(delivery.LEFT_ALONE)

    assert delivery.deliver_due() == {"delivered": 3}
    assert {json.loads(asked.body)["id"] for asked in listener.requests} == set(sent)
