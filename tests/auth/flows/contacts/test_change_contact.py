"""Two people who prove each other's numbers in the same instant."""

import pytest

from app.auth.accounts import lookup, papers
from app.auth.accounts.proofs.one_time import Guesser
from app.auth.database import db
from app.auth.flows.contacts import change_contact
from app.foundation.database import kept
from tests.auth import outbox, persons
from tests.auth.flows.contacts.newcomers import HOME
from tests.auth.stage import all_at_once
from tests.support.marks import asvs, mission

ANA, BIA = "ana@example.com", "bia@example.com"
NUMBERS = {ANA: "+5511987654321", BIA: "+5521987654322"}
ROUNDS = 5  # each is a chance to wait for each other


@pytest.fixture
def database_kind():
    return "postgresql"


def number_of(email):
    user = lookup.by_email(email)
    return papers.read(user, "phone") if user.phone_verified_at else None


def prove_others(app, number):
    """Let each of them prove, at once, the number that the other has; return what they got."""
    emails = list(NUMBERS)
    with app.app_context():
        held = {email: number_of(email) for email in emails}
        wanted = [held[BIA], held[ANA]]
        for email, target in zip(emails, wanted, strict=True):
            with kept(db):
                change_contact.ask(
                    lookup.by_email(email).id, "phone", target, f"203.0.113.{number}"
                )
        codes = [outbox.code(target) for target in wanted]

    def confirm(which):
        guesser = Guesser(HOME, f"browser {which}")
        user_id = lookup.by_email(emails[which]).id
        with app.test_request_context("/"), kept(db):
            change_contact.confirm(user_id, "phone", codes[which], guesser)

    return all_at_once(app, confirm, 2), wanted


@asvs("15.4.3")
@mission("S61")
def test_two_people_swap_numbers_at_once_and_nobody_waits_for_ever(held_clock, create_house):
    app = create_house("auth", SMS_UNPROVED_DAY=100, SMS_PER_NETWORK=100)
    with app.app_context():
        for email, number in NUMBERS.items():
            persons.open_account(email, phone=number, verified=True)

    for number in range(ROUNDS):
        got, wanted = prove_others(app, number)
        assert got == [None, None]
        with app.app_context():
            assert [number_of(email) for email in NUMBERS] == wanted
        held_clock.shift(61)
