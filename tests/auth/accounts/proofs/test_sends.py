"""How much may be sent: nobody is bombed, and no SMS is pumped."""

import pytest

from app.auth.accounts.proofs import sends
from app.auth.accounts.proofs.sends import Contact
from tests.auth import stage
from tests.support.marks import abuse, asvs

HOME = "203.0.113.7"
ANA = Contact("email", "ana@example.com")


@pytest.fixture(autouse=True)
def _context(auth_context, held_clock):
    return auth_context


def send(times, contact=ANA, address=HOME, *, every=61, clock=None, user_id=None):
    """Send so often, with a minute between; return how many were allowed."""
    allowed = 0
    for _ in range(times):
        try:
            sends.allow(contact, address, user_id=user_id)
            allowed += 1
        except sends.TooSoon:
            pass
        if clock:
            clock.shift(every)
    return allowed


def test_there_is_a_minute_between_two_and_the_refusal_says_when(held_clock):
    assert send(2) == 1

    with pytest.raises(sends.TooSoon) as refusal:
        sends.allow(ANA, HOME)

    assert (refusal.value.status, refusal.value.key) == (429, "otp.resend_wait")
    assert refusal.value.retry_after == 60
    held_clock.shift(60)
    assert send(1) == 1


@abuse("V-04")
def test_an_address_gets_five_an_hour_and_ten_a_day_whoever_asks(held_clock):
    other = iter(f"198.51.{n}.1" for n in range(200))

    assert sum(send(1, address=next(other), clock=held_clock) for _ in range(10)) == 5
    held_clock.shift(3600)
    assert sum(send(1, address=next(other), clock=held_clock) for _ in range(10)) == 5
    held_clock.shift(3600)
    assert sum(send(1, address=next(other), clock=held_clock) for _ in range(5)) == 0
    held_clock.shift(86400)
    assert send(1) == 1


def test_the_case_of_an_address_makes_no_other_of_it(held_clock):
    send(1)

    assert send(1, Contact("email", "ANA@example.com")) == 0


def test_a_number_nobody_proved_gets_three_a_day(held_clock):
    unproved = Contact("sms", "+5511987654321")

    assert send(6, unproved, clock=held_clock) == 3
    held_clock.shift(7200)
    assert send(1, unproved) == 0
    assert send(1, Contact("sms", "+5511987654321", proved=True)) == 1


@asvs("2.4.1")
def test_a_network_cannot_pump_messages_to_many_numbers(held_clock):
    numbers = [Contact("sms", f"+55119876543{n:02}") for n in range(20)]

    assert sum(send(1, number) for number in numbers) == 10
    assert send(1, numbers[-1], "198.51.100.1") == 1


def test_a_person_has_a_budget_for_all_contacts_together(held_clock):
    contacts = [Contact("email", f"ana{n}@example.com") for n in range(30)]

    allowed = sum(send(1, each, f"198.51.{n}.1", user_id=7) for n, each in enumerate(contacts))

    assert allowed == 20


def test_asking_counts_alike_for_everybody(held_clock):
    for asked in ("ana@example.com", "nobody@example.com"):
        sends.ask("reset", asked, HOME)
        with pytest.raises(sends.TooSoon):
            sends.ask("reset", f" {asked.upper()} ", HOME)


def test_of_many_at_once_one_is_sent(auth_app):
    got = stage.all_at_once(auth_app, lambda n: sends.allow(ANA, f"198.51.{n}.1"), 10)

    assert got.count(None) == 1
    assert all(each is None or isinstance(each, sends.TooSoon) for each in got)


@pytest.mark.parametrize(
    ("number", "reached"), [("+5511987654321", True), ("+351912345678", False)]
)
def test_an_sms_goes_to_the_countries_of_the_setting(number, reached):
    assert sends.reaches(number) is reached
