"""From a deed of money in one house to a message to people by the other, by both ways.

The two houses are whole applications on databases of their own; what one asks of the other goes
over HTTP or through a real queue.
"""

import base64
import json
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import select

import config
from app.auth.consents import scopes
from app.auth.database import db as auth_db
from app.auth.flows import register_client
from app.auth.flows.four_eyes import asking
from app.auth.flows.services import queued_notices
from app.auth.notifications import letters
from app.auth.notifications.models import OutboxMessage
from app.bank import assembly, waits
from app.bank.database import db as bank_db
from app.bank.outbox import draining, post
from app.foundation import broker, clock
from app.foundation.database import kept
from tests.support import brokers, factories, houses
from tests.support.marks import abuse, mission

SERVICE = {"grant_types": ["client_credentials"], "scope": houses.BANK_SCOPE}


class Houses:
    """Both houses, and two people."""

    def __init__(self, auth, bank):
        self.auth, self.bank = auth, bank
        factories.keys(auth)
        settings = bank.config
        told = SERVICE | {"audiences": [settings["BANK_AUDIENCE"]]}
        known = {"client_id": settings["BANK_CLIENT_ID"]}
        known["client_secret"] = settings["BANK_CLIENT_SECRET"]
        with auth.app_context(), kept(auth_db):
            register_client.register(told, scopes=scopes.EVERY, **known)
        self.ana = factories.person(auth, name="Ana Souza", verified=True)
        self.bia = factories.person(auth, name="Bia Lima", verified=True)

    def pay(self, amount=125_000):
        """Put what a transfer from Ana to Bia puts in the outbox."""
        money = {"amount": amount, "currency": "BRL", "at": clock.now()}
        done = (self.ana.sub, "payment_done", money | {"payee_sub": self.bia.sub})
        got = (self.bia.sub, "payment_received", money | {"payer_sub": self.ana.sub})
        with self.bank.app_context(), kept(bank_db):
            post.put_each([done, got])

    def hand_over(self):
        """Do the bank worker's duty."""
        with self.bank.app_context():
            return draining.hand_over()

    def take(self, rounds=2):
        """Do the other worker's duty; return how many went which way."""
        ways = {}
        with self.auth.app_context():
            for _ in range(rounds):
                for way, count in queued_notices.take().items():
                    ways[way] = ways.get(way, 0) + count
            broker.current(broker.NOTICES).let_go()
        return ways

    def told(self):
        """Return what people are to be told: message, to whom, its values."""
        with self.auth.app_context():
            rows = auth_db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.message))
            found = [(row.message, letters.open(row.id, row.content_sealed)) for row in rows]
        return [(name, letter.recipient, letter.context) for name, letter in found]

    @contextmanager
    def queue(self):
        """The queue, as whoever keeps it sees it."""
        with self.auth.app_context():
            yield broker.current(broker.NOTICES)
            broker.current(broker.NOTICES).let_go()


@pytest.fixture
def open_houses(create_house, new_database, database_kind):
    """Open both houses, with settings for both; the bank reaches the other within the process."""
    opened = []

    def open_both(**settings):
        auth = create_house("auth", **settings)
        known = houses.BANK | {"BANK_DATABASE_URL": new_database("bank", database_kind)}
        chosen = config.load(config.Bank, **(known | settings))
        bank = assembly.create_app(chosen, transport=httpx.WSGITransport(app=auth))
        opened.append(bank)
        return Houses(auth, bank)

    yield open_both
    for app in opened:
        houses.close(app)


@pytest.fixture
def queued(open_houses, broker_url, monkeypatch):
    """Both houses with a queue between them."""
    monkeypatch.setattr(queued_notices, "SECONDS", 0.3)
    both = open_houses(BROKER_URL=broker_url)
    with both.queue() as queue:
        brokers.empty(queue)
    return both


def is_what_people_are_told(both):
    done, got = both.told()
    assert done[:2] == ("payment_done", both.ana.email)
    assert (done[2]["payee"], done[2]["amount"]) == ("Bia Lima", 125_000)
    assert got[:2] == ("payment_received", both.bia.email)
    assert got[2]["payer"] == "Ana Souza"


@mission("S4", "S9", "S111", "S112")
def test_over_http_both_people_are_told_once(open_houses):
    both = open_houses()
    both.pay()

    assert both.hand_over() == {"sent": 2}
    assert both.hand_over() == {}

    is_what_people_are_told(both)


@mission("S9", "S111", "S112", "C17")
def test_through_a_queue_both_people_are_told_once(queued):
    queued.pay()

    assert queued.hand_over() == {"sent": 2}
    assert queued.told() == []
    assert queued.take() == {"told": 2}

    is_what_people_are_told(queued)


@mission("S112", "C17")
def test_the_queue_carries_nothing_that_its_keeper_could_read(queued):
    queued.pay()
    queued.hand_over()

    with queued.queue() as queue, queue.taken(5, 1) as bodies:
        seen = list(bodies)

    assert len(seen) == 2
    for body in seen:
        assert set(body) == {"client_id", "id", "sealed"}
        carried = json.dumps(body) + base64.b64decode(body["sealed"]).decode("latin1")
        for each in (queued.ana.sub, queued.bia.sub, "payment", "125000", "amount"):
            assert each not in carried


@mission("S112")
@abuse("F12")
def test_three_deliveries_of_each_out_of_order_are_told_once(queued):
    for amount in (1, 2, 3):
        queued.pay(amount)
    queued.hand_over()
    with queued.queue() as queue:
        with queue.taken(6, 1) as bodies:
            copies = list(bodies)
        assert len(copies) == 6
        for turn in (copies[::-1], copies, copies[3:] + copies[:3]):
            queue.publish({f"{number}": body for number, body in enumerate(turn)})

    assert queued.take(rounds=3) == {"told": 6, "known": 12}

    assert len(queued.told()) == 6


@mission("S112")
@abuse("F03")
def test_killed_between_publishing_and_marking_people_are_told_once(
    queued, held_clock, monkeypatch
):
    queued.pay()

    def die(*_args, **_values):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(draining, "_mark", die)
        with pytest.raises(KeyboardInterrupt):
            queued.hand_over()
    held_clock.shift(draining.LEASE)

    assert queued.hand_over() == {"sent": 2}
    assert queued.take() == {"told": 2, "known": 2}
    assert len(queued.told()) == 2


@mission("S112")
@abuse("F12")
def test_killed_before_the_queue_hears_of_it_people_are_told_once(queued, monkeypatch):
    queued.pay()
    queued.hand_over()

    class Died(Exception):
        pass

    take_one = queued_notices._one

    def die_after(carried):
        take_one(carried)
        raise Died

    with monkeypatch.context() as broken, queued.auth.app_context():
        broken.setattr(queued_notices, "_one", die_after)
        with pytest.raises(Died):
            queued_notices.take()

    assert queued.take(rounds=3) == {"told": 1, "known": 1}
    assert len(queued.told()) == 2


@mission("S9", "S112")
@abuse("F07")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_with_the_broker_away_the_outbox_grows_and_then_drains(open_houses, redis_url, held_clock):
    away = open_houses(BROKER_URL="redis://127.0.0.1:9/0")
    away.pay()

    assert away.hand_over() == {"failed": 2}
    away.pay()
    assert away.hand_over() == {"failed": 2}

    for app in (away.auth, away.bank):  # the broker is back
        app.config["BROKER_URL"] = redis_url
        broker.init_app(app, broker.MESSAGES, broker.NOTICES)
    with away.queue() as queue:
        brokers.empty(queue)
    held_clock.shift(waits.WAITS[1])
    assert away.hand_over() == {"sent": 4}
    assert away.take() == {"told": 4}


@mission("S112")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_somebody_else_puts_in_the_queue_is_passed_over(queued):
    queued.pay()
    queued.hand_over()
    with queued.queue() as queue:
        with queue.taken(5, 1) as bodies:
            [first, second] = bodies
        swapped = first | {"id": second["id"]}
        other = first | {"client_id": "nobody"}
        broken = first | {"sealed": first["sealed"][:-8] + "AAAAAAA="}
        strange = [[], "x", None, {}, {"client_id": 7, "id": 1, "sealed": "!"}, {"sealed": 5}]
        turn = [swapped, other, broken, *strange, first, second]
        queue.publish({f"{number}": body for number, body in enumerate(turn)})

    assert queued.take(rounds=3) == {"refused": 9, "told": 2}

    is_what_people_are_told(queued)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_was_sealed_before_a_secret_was_rotated_is_still_read(queued):
    queued.pay()
    queued.hand_over()
    with queued.auth.app_context(), kept(auth_db):
        bank = queued.bank.config["BANK_CLIENT_ID"]
        asking.replace_secret(bank, overlap_seconds=3600)

    assert queued.take() == {"told": 2}


@mission("S9", "S112")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_workers_do_all_of_it(queued):
    queued.pay()

    for app in (queued.bank, queued.auth):
        done = app.test_cli_runner().invoke(args=["worker", "--once"])
        assert done.exit_code == 0, done.output

    with queued.auth.app_context():
        rows = auth_db.session.scalars(select(OutboxMessage.message)).all()
    assert sorted(rows) == ["payment_done", "payment_received"]


@mission("C12", "S78")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_wallet_opens_for_whom_the_other_house_knows_well_enough(open_houses):
    both = open_houses()
    cpf, born = "52998224725", {"birthdate": "1990-01-15"}
    known = factories.person(both.auth, verified=True, name="Rui Sá", cpf=cpf, claims=born)

    answers = {}
    for person in (known, both.ana):
        claims = {"iss": houses.ISSUER, "aud": both.bank.config["BANK_AUDIENCE"]}
        claims |= {"sub": person.sub, "client_id": "bank", "scope": "wallet:read", "jti": "t"}
        claims |= {"exp": clock.seconds() + 900, "iat": clock.seconds(), "user_id": person.id}
        token = factories.signed(both.auth, claims, typ="at+jwt")
        shown = {"Authorization": f"Bearer {token}"}
        answers[person] = both.bank.test_client().get("/wallet/me/balance", headers=shown)

    assert answers[known].json["available"] == 0
    assert answers[both.ana].status_code == 403
    assert answers[both.ana].json["missing"] == ["cpf", "birth_date"]
