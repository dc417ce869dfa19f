"""Authenticator apps: the vectors of RFC 6238, each code once, nothing shown twice."""

import pyotp
import pytest
from sqlalchemy import select

from app.auth.database import db
from app.auth.factors import totp
from app.auth.factors.models import TotpSecret
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support.marks import abuse, asvs, mission, rfc

SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238 appendix B
VECTORS = {  # seconds since 1970 → the last six digits of appendix B's eight
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}


@pytest.fixture
def ana(auth_context):
    return persons.open_account(username="ana")


def begun(user):
    with kept(db):
        return totp.begin(user)


def enabled(user):
    """Enable the person's app by the code of a minute ago; return what makes its codes."""
    codes = pyotp.TOTP(begun(user).secret)
    with kept(db):
        assert totp.enable(user.id, codes.now())
    return codes


def shown(user_id, code):
    with kept(db):
        return totp.verify(user_id, code)


@rfc("6238", "B")
@mission("S77")
@pytest.mark.parametrize(("seconds", "code"), VECTORS.items())
def test_the_codes_are_those_of_the_specification(ana, held_clock, monkeypatch, seconds, code):
    monkeypatch.setattr(pyotp, "random_base32", lambda: SEED)
    begun(ana)
    held_clock.move_to(seconds)

    with kept(db):
        assert totp.enable(ana.id, code)


@asvs("6.5.1")
@abuse("O-01")
@mission("S77")
@rfc("6238", "5.2")
def test_a_code_is_good_once(ana, held_clock):
    codes = enabled(ana)
    held_clock.shift(60)

    assert shown(ana.id, codes.now())
    with pytest.raises(totp.Used):
        shown(ana.id, codes.now())


@abuse("O-01")
def test_the_code_that_enabled_the_app_signs_nobody_in(ana, held_clock):
    codes = enabled(ana)

    with pytest.raises(totp.Used):
        shown(ana.id, codes.now())


@abuse("O-01")
@rfc("6238", "5.2")
def test_of_many_who_show_a_code_at_once_one_is_let_in(ana, auth_context, held_clock):
    codes = enabled(ana)
    held_clock.shift(60)
    code, user_id = codes.now(), ana.id

    got = stage.all_at_once(auth_context, lambda _: shown(user_id, code), 8)

    assert got.count(True) == 1
    assert sum(isinstance(each, totp.Used) for each in got) == 7


@asvs("6.5.5")
@abuse("O-12")
@rfc("6238", "5.2")
@pytest.mark.parametrize(("late", "good"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_code_is_good_one_step_early_or_late(ana, held_clock, late, good):
    codes = enabled(ana)
    held_clock.shift(300)
    code = codes.now()
    held_clock.shift(late)

    assert shown(ana.id, code) is good


def test_a_code_used_stays_used_when_the_clock_goes_back(ana, held_clock):
    codes = enabled(ana)
    held_clock.shift(300)
    newest = codes.now()
    held_clock.shift(-30)
    before = codes.now()
    held_clock.shift(30)
    assert shown(ana.id, newest)
    held_clock.shift(-30)

    with pytest.raises(totp.Used):
        shown(ana.id, before)


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "１２３４５６", "abcdef", "12 34 5x", "٣" * 6]
)
def test_what_is_no_code_is_wrong(ana, held_clock, typed):
    enabled(ana)

    assert not shown(ana.id, typed)


def test_spaces_in_a_code_do_not_matter(ana, held_clock):
    codes = enabled(ana)
    held_clock.shift(60)
    code = codes.now()

    assert shown(ana.id, f" {code[:3]} {code[3:]} ")


@mission("S73")
@abuse("O-13")
def test_the_secret_is_the_same_until_it_is_enabled_and_never_shown_after(ana, held_clock):
    first, again = begun(ana), begun(ana)

    assert first == again
    assert first.address.startswith("otpauth://totp/Portaria:ana?secret=")
    assert "<svg" in first.picture
    with kept(db):
        totp.enable(ana.id, pyotp.TOTP(first.secret).now())
    with pytest.raises(totp.AlreadyOn):
        begun(ana)


@abuse("O-13")
def test_the_secret_is_sealed_at_rest(ana):
    secret = begun(ana).secret

    sealed = db.session.scalar(select(TotpSecret.secret_sealed))

    assert secret.encode() not in bytes(sealed)


def test_an_app_that_was_never_enabled_is_not_asked_for(ana):
    codes = pyotp.TOTP(begun(ana).secret)

    assert not totp.is_enrolled(ana.id)
    assert not shown(ana.id, codes.now())


@mission("S75")
def test_who_removes_the_app_has_none(ana, held_clock):
    codes = enabled(ana)
    held_clock.shift(60)

    with kept(db):
        assert totp.remove(ana.id)

    assert not totp.is_enrolled(ana.id)
    assert not shown(ana.id, codes.now())
