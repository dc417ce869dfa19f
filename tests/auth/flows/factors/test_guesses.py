"""A thousand guesses at once: five are judged, whatever code they are at (O-05, V-04)."""

import pyotp
import pytest

from app.auth.accounts import lookup
from app.auth.accounts.proofs import sends
from app.auth.database import db
from app.auth.factors import one_time_codes, totp
from app.auth.flows.factors import sending, showing, tries
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import outbox, persons
from tests.auth.stage import all_at_once
from tests.support.marks import abuse, asvs

ANA = "ana@example.com"
THREADS, EACH = 40, 25  # more threads than the database has connections for us
PLACE = "second_factor int_1"


@pytest.fixture
def database_kind():
    return "postgresql"


def mailed(user):
    """Let codes go to Ana by mail, send one, and return it."""
    with kept(db):
        one_time_codes.enable(user.id, "email_code")
        kind = one_time_codes.EMAIL
        sending.send(user, kind, PLACE, sends.proved(user, "email"), sending.SIGN_IN)
    return outbox.code(ANA)


def of_an_app(user):
    """Enable an app of Ana's, and return its code of now."""
    with kept(db):
        codes = pyotp.TOTP(totp.begin(user).secret)
        assert totp.enable(user.id, codes.at(clock.seconds() - 30))
    return codes.now()


@asvs("6.6.3")
@abuse("O-04", "O-05", "V-04")
@pytest.mark.parametrize(("name", "begin"), [("email_code", mailed), ("totp", of_an_app)])
def test_of_a_thousand_parallel_guesses_five_are_judged(held_clock, auth_app, name, begin):
    with auth_app.test_request_context("/"):
        right = begin(persons.open_account(ANA, verified=True))
    wrong = f"{(int(right) + 1) % 10**6:06}"

    def guess(code):
        with auth_app.test_request_context("/"), kept(db):
            try:
                return showing.judge(lookup.by_email(ANA), name, code, PLACE)
            except (showing.Wrong, tries.Limited) as problem:
                return type(problem)

    def guess_often(_number):
        return [guess(wrong) for _ in range(EACH)]

    got = [each for one in all_at_once(auth_app, guess_often, THREADS) for each in one]

    assert got.count(showing.Wrong) == 5
    assert got.count(tries.Limited) == THREADS * EACH - 5
    assert guess(right) is tries.Limited
