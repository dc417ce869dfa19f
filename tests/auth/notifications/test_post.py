"""Putting a message in the outbox: with the deed it tells of, sealed, to one address."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.auth.accounts import papers
from app.auth.database import db
from app.auth.notifications import letters, messages, post
from app.auth.notifications.models import OutboxMessage
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import persons
from tests.support.marks import abuse, mission

ANA = "ana@example.com"


def rows():
    db.session.rollback()
    return db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.channel)).all()


def proved(**more):
    return persons.open_account(phone="+5511987654321", verified=True, **more)


@mission("S9")
def test_a_message_is_kept_with_the_deed_it_tells_of_or_not_at_all(auth_context):
    post.mail("confirm_email", ANA, code="123456", minutes=10)
    db.session.rollback()
    assert rows() == []

    with kept(db):
        sent = post.mail("confirm_email", ANA, code="123456", minutes=10)

    [row] = rows()
    assert (row.id, row.message, row.channel) == (sent, "confirm_email", "mail")
    assert letters.open(row.id, row.content_sealed) == (ANA, {"code": "123456", "minutes": 10})


def test_nothing_of_it_can_be_read_in_the_table(auth_context):
    with kept(db):
        post.mail("reset_code", ANA, code="493027", link="https://id.example/r/x", minutes=10)
        post.sms("reset_code", "+5511987654321", code="493027", link="https://x.y/", minutes=10)

    held = b"\n".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for row in db.session.execute(text("SELECT * FROM outbox_messages"))
        for value in row
    )
    for secret in (b"493027", b"ana@", b"11987654321", b"id.example"):
        assert secret not in held


def test_a_code_is_worth_delivering_as_long_as_it_is_good(held_clock, auth_context):
    with kept(db):
        post.mail("sign_in_code", ANA, code="123456", minutes=5, device=None, place=None)
        post.sms("password_changed", "+5511987654321", at=clock.now(), device=None)

    code, notice = rows()
    assert code.expires_at - clock.now() == timedelta(minutes=5)
    assert notice.expires_at - clock.now() == timedelta(days=7)


@pytest.mark.parametrize(
    ("spoken", "own", "written"),
    [(None, None, "pt-BR"), (None, "en-GB", "en"), ("en", "pt-BR", "en"), ("tlh", "en", "pt-BR")],
)
def test_it_is_written_in_the_language_of_who_asks_else_the_persons_own(
    auth_context, spoken, own, written
):
    ana = persons.open_account(claims={"locale": own} if own else {})
    with kept(db):
        post.mail("already_registered", ANA, locale=spoken, user=ana)

    [row] = rows()
    assert (row.locale, row.user_id) == (written, ana.id)


def test_a_notice_goes_to_every_contact_that_is_proved(auth_context):
    with kept(db):
        post.notice("password_changed", proved(), at=clock.now(), device="iPhone")

    mail, sms = rows()
    assert letters.open(mail.id, mail.content_sealed).recipient == ANA
    assert letters.open(sms.id, sms.content_sealed).recipient == "+5511987654321"


def test_a_notice_that_is_not_urgent_goes_by_mail_alone(auth_context):
    with kept(db):
        post.notice("factor_on", proved(), factor="totp", at=clock.now())

    assert [row.channel for row in rows()] == ["mail"]


def test_a_contact_nobody_proved_hears_nothing_of_the_account(auth_context):
    ana = persons.open_account(phone="+5511987654321")
    assert papers.read(ana, "phone")

    with kept(db):
        assert post.notice("password_changed", ana, at=clock.now(), device=None) == []

    assert rows() == []


HOSTILE = [
    *("ana@example.com,eva@example.com", "ana@example.com;eva@example.com", "ana@example.com "),
    *("ana@example.com\r\nBcc: eva@example.com", "ana@example.com\neva@example.com", "", "ana"),
    *("ana@example.com%0acc:eva@example.com", "Ana <ana@example.com>", "<ana@example.com>", "@"),
    *("ana@example.com>\r\nRCPT TO:<eva@example.com", "ana@exаmple.com", "ana@example.com\0"),
    *('"ana@example.com, eva"@example.com', "ana(x)@example.com", "a" * 250 + "@example.com"),
]


@abuse("V-06")
@pytest.mark.parametrize("address", HOSTILE)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_not_one_plain_address_gets_no_mail(auth_context, address):
    with pytest.raises(post.Unreachable):
        post.mail("confirm_email", address, code="123456", minutes=10)


@abuse("V-06")
@pytest.mark.parametrize("number", ["11987654321", "+55 11 98765-4321", "+551198,+1", "", "+"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_not_one_number_gets_no_sms(auth_context, number):
    with pytest.raises(post.Unreachable):
        post.sms("confirm_phone", number, code="123456", minutes=10)


@pytest.mark.parametrize(
    ("name", "channel", "context"),
    [
        ("unheard_of", "mail", {}),
        ("confirm_phone", "mail", {"code": "1", "minutes": 1}),
        ("confirm_email", "mail", {"code": "1"}),
        ("already_registered", "mail", {"name": "x"}),
        ("confirm_email", "mail", {"code": 123456, "minutes": 10}),
    ],
)
def test_a_message_that_is_not_in_the_catalogue_is_our_mistake(name, channel, context):
    with pytest.raises(ValueError, match=name):
        messages.checked(name, channel, context)
