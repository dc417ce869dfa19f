"""Through a queue of others: what is due goes out once, whatever the broker does with it.

On Valkey; on RabbitMQ too where ``TEST_AMQP_URL`` names one, whose queue is emptied.
"""

import pytest
from sqlalchemy import select

from app.auth.database import db
from app.auth.notifications import delivery, post, relay
from app.auth.notifications.models import OutboxMessage
from app.foundation import broker, clock
from app.foundation.database import kept
from app.foundation.problems import Unavailable
from tests.auth import stage
from tests.support import brokers
from tests.support.marks import mission

ANA = "ana@example.com"


@pytest.fixture
def house(create_house, office, broker_url, monkeypatch):
    """A house whose messages go through a broker, where none waits; a context is open."""
    monkeypatch.setattr(relay, "SECONDS", 0.3)
    app = create_house("auth", **office.settings | {"BROKER_URL": broker_url})
    with app.app_context():
        brokers.empty(broker.current())
        yield app
        broker.current().let_go()


def take_all(rounds=3):
    ways = {}
    for _ in range(rounds):
        for way, count in relay.deliver_taken().items():
            ways[way] = ways.get(way, 0) + count
    return ways


def row_of(message_id):
    db.session.rollback()
    return db.session.scalar(select(OutboxMessage).where(OutboxMessage.id == message_id))


@mission("S9", "S112", "C17")
def test_what_is_due_goes_through_the_queue_and_arrives_once(house, office, write):
    sent = [write(address=f"p{n}@example.com") for n in range(5)]

    assert relay.publish_due() == {"relayed": 5}
    assert relay.publish_due() == {}
    assert take_all() == {"delivered": 5}

    arrived = sorted(mail.message["Message-ID"] for mail in office.mails)
    assert arrived == sorted(f"<{each}@portaria.example>" for each in sent)


@mission("S9")
def test_the_queue_carries_no_address_and_no_code(house, write):
    seen = []
    write()
    relay.publish_due()

    with broker.current().taken(5, 1) as bodies:
        seen += bodies

    [body] = seen
    assert set(body) == {"id", "due_at"}


def test_a_second_copy_of_a_message_is_nothing_to_anybody(house, office, write):
    sent = write()
    relay.publish_due()
    copy = {"id": sent, "due_at": row_of(sent).due_at.isoformat()}
    broker.current().publish({sent: copy, "again": copy})

    assert take_all() == {"delivered": 1}

    assert len(office.mails) == 1


@pytest.mark.parametrize("body", [[], "x", {"id": 1}, {"id": "msg_x", "due_at": "soon"}, {}])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_no_message_of_ours_is_passed_over(house, office, write, body):
    broker.current().publish({"strange": body})
    write()
    relay.publish_due()

    assert take_all() == {"delivered": 1}


def test_a_message_that_the_broker_lost_is_asked_again(held_clock, house, office, write):
    write()
    relay.publish_due()
    with broker.current().taken(5, 1) as bodies:
        assert len(bodies) == 1  # taken, and then nothing came of it

    held_clock.shift(relay.RELAYED)

    assert relay.publish_due() == {"relayed": 1}
    assert take_all() == {"delivered": 1}


def test_what_failed_comes_back_through_the_queue(held_clock, house, office, write):
    write()
    office.stop()
    relay.publish_due()
    assert take_all() == {"failed": 1}
    office.start()

    held_clock.shift(delivery.LEFT_ALONE)

    assert relay.publish_due() == {"relayed": 1}
    assert take_all() == {"delivered": 1}
    assert len(office.mails) == 1


def test_many_relays_and_takers_at_once_deliver_each_once(house, office, write):
    sent = [write(address=f"p{n}@example.com") for n in range(10)]

    def work(_):
        relay.publish_due()
        ways = take_all()
        broker.current().let_go()
        return ways

    ways = [*stage.all_at_once(house, work, 3), take_all()]  # the last: what came to who had left

    assert sum(way.get("delivered", 0) for way in ways) == len(sent)
    assert len(office.mails) == len(sent)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_with_the_broker_away_messages_wait_for_it(held_clock, create_house):
    app = create_house("auth", BROKER_URL="redis://127.0.0.1:9/0")
    with app.app_context():
        with kept(db):
            sent = post.mail("confirm_email", ANA, code="493027", minutes=10)

        with pytest.raises(Unavailable):
            relay.publish_due()
        with pytest.raises(Unavailable):
            relay.deliver_taken()

        assert row_of(sent).due_at == clock.now() + delivery.LEFT_ALONE


def test_the_worker_sends_by_the_queue_when_there_is_one(house, office, write):
    write()

    done = house.test_cli_runner().invoke(args=["worker", "--once"])

    assert done.exit_code == 0, done.output
    assert len(office.mails) == 1
