"""Changing one's e-mail address or phone."""

import pytest
from sqlalchemy import select

from app.auth.accounts import lookup, papers
from app.auth.audit import events
from app.auth.database import db
from app.auth.notifications import letters
from app.auth.notifications.models import OutboxMessage
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import persons
from tests.auth.crowds import at_once
from tests.auth.pages.conftest import PASSWORD
from tests.support.marks import abuse, asvs, mission

ANA, BIA, NEW = "ana@exemplo.com.br", "bia@exemplo.com.br", "ana@novo.example"
NUMBER = "+5511987654321"


@pytest.fixture
def proved(app):
    """Ana and Bia have proved their addresses."""
    with app.app_context(), kept(db):
        for address in (ANA, BIA):
            lookup.by_email(address).email_verified_at = clock.now()


def sent(app):
    """What waits to be sent, as ``(message, channel, recipient, code)``."""
    with app.app_context():
        rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)).all()
        opened = [(row, letters.open(row.id, row.content_sealed)) for row in rows]
        return [
            (row.message, row.channel, letter.recipient, letter.context.get("code"))
            for row, letter in opened
            if row.message != "new_sign_in"
        ]


def ask(visitor, channel="email", typed=NEW):
    page = visitor.open(f"/account/contact/{channel}")
    return visitor.submit(page, "contact-form", **{channel: typed})


def email_of(app):
    with app.app_context():
        return db.session.scalar(select(lookup.User.email).order_by(lookup.User.id).limit(1))


@asvs("6.3.7")
@abuse("V-08")
@mission("S61")
def test_the_new_address_is_proved_and_both_are_told(app, proved, come_in, held_clock):
    visitor = come_in()
    page = ask(visitor)
    [(message, _, where, code)] = sent(app)
    assert (message, where) == ("confirm_email", NEW)
    assert email_of(app) == ANA
    assert NEW in page.text

    after = visitor.submit(page, "verify-form", code=f"{code[:3]} {code[3:]}")

    assert "E-mail alterado." in after.text
    assert email_of(app) == NEW
    told = {(message, where) for message, _, where, _ in sent(app)[1:]}
    assert told == {("contact_changed", ANA), ("contact_changed", NEW)}
    with app.app_context():
        assert events.CONTACT_CHANGED in [event for event, _ in persons.recorded()]
    assert visitor.open("/account/contact/email/code").address == "/account/contact/email"


@asvs("7.5.1")
@abuse("V-08")
def test_an_old_sign_in_must_be_shown_afresh(come_in, held_clock):
    visitor = come_in()
    held_clock.shift(301)

    page = visitor.open("/account/contact/email")

    assert page.name[0] == "step-up"
    assert "mudar seu e-mail ou celular" in page.text
    assert visitor.submit(page, "stepup-form", password=PASSWORD).name[0] == "contact"


@abuse("L-01")
def test_nobody_learns_whose_address_it_is(app, proved, come_in):
    free, taken = come_in(), come_in()
    pages = [ask(free, typed="qualquer@novo.example"), ask(taken, typed=BIA)]

    told = [page.text.replace("qualquer@novo.example", BIA) for page in pages]

    assert told[0] == told[1]
    assert [each[0] for each in sent(app)] == ["confirm_email", "already_registered"]
    after = taken.submit(pages[1], "verify-form", code=sent(app)[0][3])
    assert after.status == 422
    assert email_of(app) == ANA


@abuse("V-04", "O-05")
def test_of_many_guesses_at_once_five_are_judged(app, proved, come_in):
    visitor, codes = come_in(), []
    page = ask(visitor)
    right = sent(app)[0][3]
    fields = page.forms["verify-form"]["fields"]
    cookies = [visitor.client.get_cookie(f"{kind}_3000") for kind in ("session", "browser")]

    def guess():
        client = app.test_client()
        for cookie in cookies:
            client.set_cookie(cookie.key, cookie.value)
        form = fields | {"code": "000000" if right != "000000" else "111111"}
        codes.append(client.post("/account/contact/email/code", data=form).status_code)

    at_once(guess, 20)

    assert (codes.count(422), codes.count(429)) == (5, 15)
    assert visitor.submit(page, "verify-form", code=right).status == 429
    assert email_of(app) == ANA


@abuse("V-06")
@pytest.mark.parametrize(
    "typed",
    ["", "ana", "a@b.example,c@d.example", "a@b.example\r\nBcc: c@d.example", "ın@d", "x" * 300],
)
def test_what_is_no_address_is_told_beside_the_field(app, come_in, typed):
    page = ask(come_in(), typed=typed)

    assert page.status in {400, 422}
    assert sent(app) == []


def test_ones_own_is_no_change(app, proved, come_in):
    page = ask(come_in(), typed=ANA)

    assert page.status == 422
    assert "Este já é o seu contato confirmado." in page.text


def test_a_phone_is_proved_by_sms_and_taken_from_whoever_had_it(app, proved, come_in):
    with app.app_context(), kept(db):
        bia = lookup.by_email(BIA)
        papers.keep(bia, "phone", NUMBER)
        bia.phone_verified_at = clock.now()
    visitor = come_in()
    page = ask(visitor, "phone", "(11) 98765-4321")
    code = sent(app)[0][3]

    after = visitor.submit(page, "verify-form", code=code)

    assert "Celular alterado." in after.text
    with app.app_context():
        assert papers.read(lookup.by_email(ANA), "phone") == NUMBER
        assert lookup.by_email(BIA).phone_verified_at is None


def test_a_code_for_one_address_proves_no_other(app, proved, come_in, held_clock):
    visitor = come_in()
    page = ask(visitor)
    code = sent(app)[0][3]
    held_clock.shift(61)
    ask(visitor, typed="outra@novo.example")

    assert visitor.submit(page, "verify-form", code=code).status == 422
    assert email_of(app) == ANA


def test_another_code_can_be_asked_for_after_a_moment(app, proved, come_in, held_clock):
    visitor = come_in()
    page = ask(visitor)
    soon = visitor.submit(page, None)
    held_clock.shift(61)
    visitor.submit(visitor.open("/account/contact/email/code"), None)

    assert soon.status == 429
    assert len(sent(app)) == 2


def test_what_waits_too_long_is_gone(app, proved, come_in, held_clock):
    visitor = come_in()
    page = ask(visitor)
    code = sent(app)[0][3]
    held_clock.shift(301)
    visitor.submit(visitor.open("/account/contact/email"), "stepup-form", password=PASSWORD)

    after = visitor.submit(page, "verify-form", code=code)

    assert after.status == 410
    assert email_of(app) == ANA
