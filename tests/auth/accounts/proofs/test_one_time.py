"""One-time secrets: one purpose, one use, five guesses however many come at once."""

import os

import pytest
from sqlalchemy import select, update

from app.auth.accounts.models import LoginTries
from app.auth.accounts.proofs import one_time
from app.auth.accounts.proofs.models import PasswordReset, VerificationToken
from app.auth.accounts.proofs.one_time import Guesser
from app.auth.database import db
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support.marks import abuse, asvs, mission

HERE = Guesser("203.0.113.7", "browser")
EMAIL = "ana@example.com"
ROUNDS = 40 if os.environ.get("SOAK") else 4


@pytest.fixture
def ana(auth_context, held_clock):
    return persons.open_account(EMAIL).id


def issue(user_id, purpose="confirm_email", **more):
    with kept(db):
        return one_time.issue(purpose, user_id, EMAIL, **more)


def redeem(user_id, code, purpose="confirm_email", guesser=HERE):
    """Redeem as a request would; return the name of what is raised, or ``good``."""
    try:
        with kept(db):
            one_time.use(one_time.judged(purpose, user_id, code, guesser))
    except (one_time.WrongCode, one_time.Paused) as refusal:
        return type(refusal).__name__
    return "good"


def wrong(secret):
    """A code that is not it."""
    return f"{(int(secret.code) + 1) % 10**6:06}"


@asvs("6.4.1", "6.5.1", "6.5.4")
@mission("S62")
def test_a_code_is_six_digits_and_good_once(ana):
    secret = issue(ana)

    assert len(secret.code) == 6
    assert secret.code.isdigit()
    assert redeem(ana, secret.code) == "good"
    assert redeem(ana, secret.code) == "WrongCode"


@pytest.mark.parametrize("form", ["{0}", " {0} ", "{1} {2}", "{1}-{2}", "wide"])
def test_a_code_may_be_typed_with_spaces_or_wide_digits(ana, form):
    secret = issue(ana)
    code = secret.code
    typed = form.format(code, code[:3], code[3:])
    if form == "wide":
        typed = "".join(chr(ord(c) + 0xFEE0) for c in code)

    assert redeem(ana, typed) == "good"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "٣" * 6, "'; --", "x" * 9999, "\ud800"])
def test_what_cannot_be_a_code_is_wrong_and_no_error(ana, typed):
    issue(ana)

    assert redeem(ana, typed) == "WrongCode"


def test_it_serves_its_own_purpose_and_person_alone(ana):
    bia = persons.open_account("bia@example.com").id
    secret = issue(ana)
    issue(bia)

    assert redeem(ana, secret.code, "reset") == "WrongCode"
    assert redeem(ana, secret.code, "confirm_phone") == "WrongCode"
    assert redeem(bia, secret.code) == "WrongCode"
    assert redeem(None, secret.code) == "WrongCode"


@mission("S62")
def test_a_new_one_ends_the_old(ana):
    old, new = issue(ana, link=True), issue(ana, link=True)

    assert redeem(ana, old.code) == "WrongCode"
    assert one_time.find_link("confirm_email", old.link) is None
    assert redeem(ana, new.code) == "good"


@mission("C13", "C14")
def test_code_and_link_die_together(ana):
    first = issue(ana, "reset", link=True)
    assert redeem(ana, first.code, "reset") == "good"
    assert one_time.find_link("reset", first.link) is None

    second = issue(ana, "reset", link=True)
    with kept(db):
        one_time.use(one_time.find_link("reset", second.link))
    assert redeem(ana, second.code, "reset") == "WrongCode"


@asvs("6.4.1")
@mission("S25", "S67", "S71")
@pytest.mark.parametrize(
    ("purpose", "seconds"),
    [("confirm_email", 86400), ("confirm_phone", 300), ("sign_in", 300), ("reset", 900)],
)
def test_it_is_good_until_its_last_second(ana, held_clock, purpose, seconds):
    secret = issue(ana, purpose, link=True)
    held_clock.shift(seconds - 1)
    assert one_time.find_link(purpose, secret.link) is not None
    assert one_time.live(purpose, ana) is not None

    held_clock.shift(2)

    assert one_time.find_link(purpose, secret.link) is None
    assert one_time.live(purpose, ana) is None
    assert redeem(ana, secret.code, purpose) == "Expired"


@mission("S25")
def test_a_code_works_at_23_59_59(ana, held_clock):
    secret = issue(ana)
    held_clock.shift(86399)

    assert redeem(ana, secret.code) == "good"


def test_a_wrong_code_that_came_too_late_is_only_wrong(ana, held_clock):
    secret = issue(ana)
    held_clock.shift(86401)

    assert redeem(ana, wrong(secret)) == "WrongCode"


@asvs("6.6.3")
@abuse("O-04", "V-04")
def test_after_five_wrong_ones_the_right_one_is_refused(ana, held_clock):
    secret = issue(ana)
    for _ in range(5):
        assert redeem(ana, wrong(secret)) == "WrongCode"

    assert redeem(ana, secret.code) == "Paused"
    held_clock.shift(901)
    assert redeem(ana, secret.code) == "WrongCode"  # this one is dead


@abuse("V-04")
def test_a_new_code_renews_no_budget_of_tries(ana):
    for _ in range(5):
        redeem(ana, wrong(issue(ana)))

    assert redeem(ana, issue(ana).code) == "Paused"


@abuse("V-04")
def test_another_browser_and_address_have_no_more_tries_at_the_same_code(ana):
    secret = issue(ana)
    for n in range(5):
        redeem(ana, wrong(secret), guesser=Guesser(f"198.51.100.{n}", f"b{n}"))

    assert redeem(ana, secret.code, guesser=Guesser("192.0.2.1", "b9")) == "Paused"


def test_the_link_outlives_the_wrong_codes_of_strangers(ana):
    secret = issue(ana, "reset", link=True)
    for n in range(6):
        redeem(ana, wrong(secret), "reset", Guesser(f"198.51.100.{n}", f"b{n}"))

    assert one_time.find_link("reset", secret.link) is not None


def test_what_is_undone_after_the_right_code_leaves_it_good(ana):
    secret = issue(ana)
    for _ in range(7):
        one_time.judged("confirm_email", ana, secret.code, HERE)
        db.session.rollback()

    assert redeem(ana, secret.code) == "good"


@abuse("O-05", "V-04")
def test_of_many_guesses_at_once_five_are_judged(create_house):
    app = create_house("auth", LOGIN_ADDRESS_ATTEMPTS=10**6)
    with app.app_context():
        ana = persons.open_account(EMAIL).id
        secret = issue(ana)

    def guess(number):
        return redeem(ana, wrong(secret), guesser=Guesser("203.0.113.7", f"b{number}"))

    got = [each for _ in range(ROUNDS) for each in stage.all_at_once(app, guess, 25)]

    assert got.count("WrongCode") == 5
    assert got.count("Paused") == 25 * ROUNDS - 5


@abuse("O-05")
def test_the_row_itself_counts_five_though_the_counters_were_lost(ana):
    secret = issue(ana)
    for _ in range(5):
        redeem(ana, wrong(secret))
        with kept(db):
            db.session.execute(update(LoginTries).values(tries=0))

    assert redeem(ana, secret.code) == "WrongCode"


def test_of_many_who_show_the_right_one_at_once_one_wins(create_house):
    app = create_house("auth", LOGIN_ATTEMPTS=100, CODE_TRIES=10)
    with app.app_context():
        ana = persons.open_account(EMAIL).id
        secret = issue(ana)

    got = stage.all_at_once(app, lambda n: redeem(ana, secret.code), 8)

    assert got.count("good") == 1
    assert set(got) == {"good", "WrongCode"}


def test_of_many_issued_at_once_one_is_kept(create_house):
    app = create_house("auth", LOGIN_ATTEMPTS=100, CODE_TRIES=10)
    with app.app_context():
        ana = persons.open_account(EMAIL).id

    secrets = stage.all_at_once(app, lambda n: issue(ana).code, 6)

    with app.app_context():
        assert [redeem(ana, each) for each in secrets].count("good") == 1


@pytest.mark.parametrize("model", [VerificationToken, PasswordReset])
def test_the_tables_hold_no_secret_in_clear(ana, model):
    purpose = "reset" if model is PasswordReset else "confirm_email"
    secret = issue(ana, purpose, link=True)

    row = db.session.scalars(select(model)).one()

    kept_there = repr([getattr(row, column.key) for column in model.__table__.columns])
    assert secret.code not in kept_there.replace("datetime", "")
    assert secret.link not in kept_there
    assert EMAIL not in kept_there


def test_it_knows_which_address_it_went_to(ana):
    issue(ana)
    row = db.session.scalars(select(VerificationToken)).one()

    assert one_time.is_for(row, EMAIL)
    assert not one_time.is_for(row, "bia@example.com")
