"""Proving an address: by the code that went there, once; and what becomes one's own by it."""

import pytest

from app.auth.accounts import lookup, papers
from app.auth.accounts.proofs import one_time, sends
from app.auth.audit import events
from app.auth.database import db
from app.auth.flows.contacts import verify_contact
from app.foundation.database import kept
from tests.auth import outbox, persons
from tests.auth.flows.contacts.newcomers import (
    BROWSER,
    HOME,
    NUMBER,
    RITA,
    join_as,
    prove,
    rita,
)
from tests.support.marks import mission

pytestmark = pytest.mark.usefixtures("auth_context", "held_clock")


def send(user_id, channel):
    with kept(db):
        verify_contact.send(user_id, channel, HOME)


@mission("S24", "S61")
def test_the_code_proves_the_address(held_clock):
    joined = join_as()

    user = prove(joined.user_id)

    assert user.email_verified_at is not None
    assert user.must_prove == ""
    assert persons.recorded()[-1] == (events.CONTACT_PROVED, user.sub)


@mission("S25")
@pytest.mark.parametrize(("seconds", "good"), [(86399, True), (86401, False)])
def test_it_does_so_for_a_day(held_clock, seconds, good):
    joined = join_as()
    code = outbox.code(RITA.email)
    held_clock.shift(seconds)

    if good:
        assert prove(joined.user_id, code).email_verified_at
    else:
        with pytest.raises(one_time.Expired):
            prove(joined.user_id, code)


@mission("S17", "C25")
def test_a_cpf_is_ones_own_from_the_proof_on():
    joined = join_as()
    assert lookup.by_identifier(RITA.cpf) is None

    user = prove(joined.user_id)

    assert lookup.by_identifier(RITA.cpf).id == user.id


def test_a_cpf_that_is_somebodys_is_not_kept_and_its_owner_is_told():
    ana = persons.open_account("ana@example.com", cpf="12345678909", verified=True)
    joined = join_as()

    user = prove(joined.user_id)

    assert papers.read(user, "cpf") is None
    assert lookup.by_identifier(RITA.cpf).id == ana.id
    assert outbox.names("ana@example.com") == ["already_registered"]
    assert (events.PAPER_REFUSED, user.sub) in persons.recorded()


def test_a_code_sent_to_an_address_since_changed_proves_nothing():
    joined = join_as()
    with kept(db):
        user = lookup.by_id(joined.user_id)
        user.email, user.email_folded = "new@example.com", "new@example.com"

    with pytest.raises(one_time.WrongCode):
        prove(joined.user_id)


@mission("S61")
def test_the_phone_is_proved_by_sms():
    joined = join_as()
    prove(joined.user_id)

    send(joined.user_id, "phone")
    user = prove(joined.user_id, to=NUMBER, channel="phone")

    assert user.phone_verified_at is not None
    assert outbox.waiting(NUMBER)[0].channel == "sms"


def test_who_proves_a_number_has_it_and_who_had_it_is_told():
    ana = persons.open_account("ana@example.com", phone=NUMBER, verified=True)
    joined = join_as()
    send(joined.user_id, "phone")

    prove(joined.user_id, to=NUMBER, channel="phone")

    assert persons.found("ana@example.com").phone_verified_at is None
    assert outbox.names("ana@example.com") == ["contact_changed"]
    assert (events.CONTACT_LOST, ana.sub) in persons.recorded()


def test_a_code_for_the_address_proves_no_phone():
    joined = join_as()

    with pytest.raises(one_time.WrongCode):
        prove(joined.user_id, outbox.code(RITA.email), channel="phone")


def test_another_code_may_be_sent_after_a_minute_and_ends_the_first(held_clock):
    joined = join_as()
    first = outbox.code(RITA.email)
    with pytest.raises(sends.TooSoon):
        send(joined.user_id, "email")
    held_clock.shift(61)
    send(joined.user_id, "email")

    with pytest.raises(one_time.WrongCode):
        prove(joined.user_id, first)
    assert prove(joined.user_id)


def test_who_joins_with_somebodys_address_is_sent_nothing_more(held_clock):
    persons.open_account("ana@example.com")
    join_as(rita(email="ana@example.com"))
    held_clock.shift(61)

    with kept(db):
        verify_contact.send_to_newcomer(None, "ana@example.com", HOME)

    assert outbox.names() == ["already_registered"]
    with pytest.raises(sends.TooSoon):
        verify_contact.send_to_newcomer(None, "ana@example.com", HOME)


def test_a_code_is_sent_once_as_long_as_it_is_good(held_clock):
    joined = join_as()
    for _ in range(2):
        with kept(db):
            verify_contact.ensure_sent(joined.user_id, "phone", HOME)

    assert outbox.names(NUMBER) == ["confirm_phone"]


def test_nobodys_codes_are_wrong_and_counted():
    for _ in range(5):
        with pytest.raises(one_time.WrongCode):
            verify_contact.email(None, "123456", BROWSER)
    with pytest.raises(one_time.Paused):
        verify_contact.email(None, "123456", BROWSER)
