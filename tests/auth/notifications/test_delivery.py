"""Delivering messages: at least once, by one of many, whatever becomes of the mail server."""

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.database import db, hot
from app.auth.notifications import delivery, post, queue
from app.auth.notifications.channels import mail
from app.auth.notifications.models import OutboxMessage
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import stage
from tests.support.marks import abuse, asvs, mission
from tests.support.post_office import SENDER, PostOffice

ANA = "ana@example.com"


def row_of(message_id):
    db.session.rollback()
    return db.session.scalar(select(OutboxMessage).where(OutboxMessage.id == message_id))


@mission("S9", "S72")
def test_a_mail_arrives_with_text_and_html_that_say_the_same(house, office, write):
    sent = write()

    assert delivery.deliver_due() == {"delivered": 1}

    [came] = office.mails
    assert (came.sender, came.to) == (SENDER, [ANA])
    assert came.message["Message-ID"] == f"<{sent}@portaria.example>"
    assert came.message["Auto-Submitted"] == "auto-generated"
    assert came.message["To"] == ANA
    assert str(came.message["From"]) == f"Portaria <{SENDER}>"
    assert came.message["Subject"] == "Confirme seu e-mail"
    for part in (came.text, came.html):
        assert "493027" in part
        assert "10 minutos" in part
    assert came.raw.isascii()
    assert row_of(sent).content_sealed  # this is a developer's machine: for its mailbox
    assert delivery.deliver_due() == {}


@asvs("16.5.2")
@mission("S9")
def test_with_the_server_down_for_five_minutes_every_message_arrives_once(
    held_clock, house, office, write
):
    sent = [write(address=f"p{n}@example.com") for n in range(12)]
    office.stop()

    for _ in range(60):
        assert set(delivery.deliver_due()) <= {"failed"}
        held_clock.shift(5)
    office.start()
    for _ in range(4):
        delivery.deliver_due()
        held_clock.shift(5)

    arrived = [mail.message["Message-ID"] for mail in office.mails]
    assert sorted(arrived) == sorted(f"<{each}@portaria.example>" for each in sent)
    assert {row_of(each).problem for each in sent} == {None}


@mission("S9")
def test_what_waits_and_what_became_of_it_can_be_watched(house, office, write):
    def shown():
        text = house.test_client().get("/metrics").text
        rows = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in rows}

    office.stop()
    write()
    delivery.deliver_due()
    assert shown()["portaria_outbox_waiting"] == 1

    office.start()
    write()  # due at once, though those that failed wait a moment
    delivery.deliver_due()

    assert (shown()["portaria_outbox_waiting"], shown()["portaria_outbox_dead"]) == (1, 0)


def test_of_many_workers_one_delivers_each_message(house, office, write):
    sent = [write(address=f"p{n}@example.com") for n in range(10)]

    ways = stage.all_at_once(house, lambda _: delivery.deliver_due(), 3)

    assert sum(way.get("delivered", 0) for way in ways) == len(sent)
    assert sorted(mail.to[0] for mail in office.mails) == [f"p{n}@example.com" for n in range(10)]


def test_the_mails_of_a_batch_share_a_few_connections(house, office, write):
    for number in range(24):
        write(address=f"p{number}@example.com")

    assert delivery.deliver_due() == {"delivered": 24}

    assert len({mail.connection for mail in office.mails}) <= delivery.SIDE_BY_SIDE


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_connection_that_was_closed_meanwhile_loses_no_mail(house, office, write):
    with mail.one_connection():
        write()
        [first] = hot.run(delivery.DUE, now=clock.now(), most=1)
        assert delivery.attempt(first.id, clock.now()) == "delivered"
        office.stop()
        office.start()
        write()
        [other] = hot.run(delivery.DUE, now=clock.now(), most=1)

        assert delivery.attempt(other.id, clock.now()) == "delivered"

    assert len(office.mails) == 2


def test_a_crash_between_sending_and_keeping_repeats_under_the_same_id(
    held_clock, house, office, write, monkeypatch
):
    sent = write()
    with monkeypatch.context() as crashing:
        crashing.setattr(delivery, "_settle", lambda *_: {}["killed here"])
        with pytest.raises(KeyError):
            delivery.deliver_due()
    assert delivery.deliver_due() == {}  # the lease runs

    held_clock.shift(delivery.LEASE)

    assert delivery.deliver_due() == {"delivered": 1}
    assert [m.message["Message-ID"] for m in office.mails] == [f"<{sent}@portaria.example>"] * 2


def test_a_code_that_is_no_longer_good_is_not_sent(held_clock, house, office, write):
    sent = write(minutes=10, code="493027")
    notice = write("factor_on", factor="totp", at=clock.now())
    held_clock.shift(timedelta(minutes=10))

    assert delivery.deliver_due() == {"delivered": 1, "given_up": 1}

    assert [mail.message["Subject"] for mail in office.mails] == [
        "Nova forma de confirmar que é você"
    ]
    row = row_of(sent)
    assert (row.problem, row.due_at, row.content_sealed) == ("expired", None, None)
    assert row_of(notice).delivered_at


@mission("S9")
def test_a_server_that_hangs_delays_no_request(house, office, write, monkeypatch):
    monkeypatch.setattr("app.auth.notifications.channels.mail.SECONDS", 0.5)
    taken = threading.Event()
    office.at_data = lambda _mail: taken.wait(3) and None

    write()
    began = clock.ticks()
    write()  # putting a message in the outbox talks to nobody
    assert clock.ticks() - began < 0.3

    assert delivery.deliver_due() == {"failed": 2}
    taken.set()


def test_a_mailbox_that_is_refused_is_given_up_and_the_others_go_on(house, office, write):
    office.refusals["gone@example.com"] = "550 no such mailbox"
    gone, fine = write(address="gone@example.com"), write()

    assert delivery.deliver_due() == {"delivered": 1, "given_up": 1}

    assert row_of(gone).problem == "refused"
    assert row_of(gone).content_sealed  # so that it can be retried while it is worth it
    [line] = db.session.scalars(select(AuditRecord).where(AuditRecord.subject == gone))
    assert line.event == events.MESSAGE_GIVEN_UP
    assert json.loads(line.data) == {
        "channel": "mail",
        "message": "confirm_email",
        "problem": "refused",
        "tries": 1,
    }
    assert row_of(fine).delivered_at


def test_a_mailbox_that_is_full_is_tried_again_later_and_later(held_clock, house, office, write):
    office.refusals[ANA] = "452 full"
    sent = write("password_changed", at=clock.now(), device=None)
    waited = []

    while row_of(sent).due_at:
        began = clock.now()
        held_clock.shift(row_of(sent).due_at - began)
        waited.append((clock.now() - began).total_seconds())
        delivery.deliver_due()

    assert waited == [0, *delivery.WAITS]
    row = row_of(sent)
    assert (row.problem, row.tries, queue.state_of(row)) == ("deferred", 9, "dead")


def test_what_is_over_is_wiped_in_production(create_house, office):
    production = {
        "APP_ENV": "production",
        "ISSUER": "https://id.banco.example",
        "ADMIN_PASSWORD": "cerca viva de alecrim",
        "CPF_VALIDATION": "strict",
        "RATE_LIMITS": "on",
    }
    house = create_house("auth", **production | office.settings | {"MAIL_USE_TLS": True})
    with house.app_context():
        with kept(db):
            sent = post.mail("reset_code", ANA, code="493027", link="https://x.y/", minutes=9)
            text = post.sms("reset_code", "+5511987654321", code="1", link="", minutes=9)

        assert delivery.deliver_due() == {"delivered": 1, "given_up": 1}

        assert row_of(sent).content_sealed is None
        assert row_of(text).problem == "no_sender"
    assert house.test_client().get("/dev/mailbox").status_code == 404


def test_without_a_server_a_developers_mail_is_delivered_to_the_mailbox(auth_context, write):
    sent = write()

    assert delivery.deliver_due() == {"delivered": 1}
    assert row_of(sent).content_sealed


@pytest.mark.parametrize(
    ("login", "given", "way"),
    [
        (("portaria", "certo"), "certo", "delivered"),
        (("portaria", "certo"), "errado", "failed"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_server_is_logged_in_to_over_tls(create_house, tmp_path, write, login, given, way):
    with PostOffice(tmp_path, login) as office:
        settings = office.settings | {"MAIL_PASSWORD": given}
        with create_house("auth", **settings).app_context():
            sent = write()
            assert delivery.deliver_due() == {way: 1}
            assert row_of(sent).problem in {None, "login_refused"}


@asvs("12.3.2")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_server_whose_certificate_nobody_knows_gets_nothing(create_house, office, write):
    with create_house("auth", **office.settings | {"OUTBOUND_CA_FILE": ""}).app_context():
        sent = write()

        assert delivery.deliver_due() == {"failed": 1}

        assert row_of(sent).problem == "unreachable"
        assert office.mails == []


@asvs("1.3.11")
@abuse("V-06")
@pytest.mark.parametrize(
    "name", ["Fone\r\nBcc: eva@example.com", "Fone\nX: y", "Fone\u2028X: y\u0085", "=?utf-8?q?x?="]
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_somebody_chose_adds_no_header_and_no_recipient(house, office, write, name):
    write("app_connected", app=name, at=clock.now())

    assert delivery.deliver_due() == {"delivered": 1}

    [came] = office.mails
    assert came.to == [ANA]
    assert came.message["Bcc"] is None
    assert came.message["X"] is None
    assert "\n" not in came.message["Subject"]


@abuse("B-05")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_somebody_chose_is_text_in_the_html(house, office, write):
    write("passkey_added", name="<img src=x onerror=alert(1)>", at=clock.now())

    delivery.deliver_due()

    assert "<img" not in office.mails[0].html
    assert "&lt;img src=x" in office.mails[0].html
