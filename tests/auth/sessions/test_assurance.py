"""How surely someone is here: one ladder."""

from datetime import UTC, datetime, timedelta

import pytest

from app.auth.sessions import assurance
from tests.support.marks import rfc

LOA2, LOA3, PHR = assurance.LADDER


@pytest.mark.parametrize(
    ("amr", "acr"),
    [
        ("pwd", LOA2),
        ("otp", LOA2),
        ("", LOA2),
        ("pwd otp", LOA3),
        ("pwd sms", LOA3),
        ("mfa", LOA3),
        ("otp sms", LOA2),
        ("hwk", LOA2),
        ("hwk user", PHR),
        ("swk user mfa", PHR),
        ("pwd user", LOA2),
    ],
)
@rfc(8176, "2")
def test_methods_reach_a_level(amr, acr):
    assert assurance.acr_of(amr) == acr


@pytest.mark.parametrize(
    ("acr", "asked", "met"),
    [
        (LOA2, (), True),
        (LOA2, (LOA2,), True),
        (LOA3, (LOA2,), True),
        (LOA2, (LOA3,), False),
        (LOA2, (PHR, LOA2), True),
        (PHR, (LOA2,), True),
        (PHR, ("urn:mace:incommon:iap:silver",), False),
        ("nothing of ours", (LOA2,), False),
        (LOA2, ("unknown", LOA2), True),
    ],
)
@rfc(9470, "3")
def test_any_one_of_the_levels_asked_will_do(acr, asked, met):
    assert assurance.satisfies(acr, asked) is met


@pytest.mark.parametrize(
    ("max_age", "seconds", "old"),
    [(None, 10**6, False), (60, 60, False), (60, 61, True), (0, 0, False), (0, 1, True)],
)
@rfc("OIDC Core", "3.1.2.1")
def test_an_authentication_grows_too_old(max_age, seconds, old):
    then = datetime(2026, 11, 20, 12, tzinfo=UTC)

    assert assurance.too_old(then, max_age, then + timedelta(seconds=seconds)) is old


@pytest.mark.parametrize(
    ("acr", "asked", "told"),
    [
        (LOA2, (), LOA2),
        (LOA3, (LOA2,), LOA2),
        (PHR, (LOA2, LOA3), LOA3),
        (PHR, (LOA3, LOA2, PHR), PHR),
        (LOA2, (LOA3,), LOA2),
        (LOA2, ("unknown",), LOA2),
        ("nothing of ours", (LOA2,), "nothing of ours"),
    ],
)
@rfc("OIDC Core", "3.1.2.1")
def test_what_is_told_is_the_highest_of_the_levels_asked_that_is_met(acr, asked, told):
    assert assurance.told(acr, asked) == told


@pytest.mark.parametrize(
    ("asked", "can"),
    [
        ((), True),
        ((LOA2,), True),
        ((PHR, LOA2), True),
        ((LOA3, "unknown"), True),
        (("unknown",), False),
    ],
)
def test_levels_of_no_ladder_are_beyond_everybody(asked, can):
    assert assurance.attainable(asked) is can


def test_every_level_can_be_reached():
    assert assurance.ATTAINABLE == assurance.LADDER


@pytest.mark.parametrize(
    ("before", "shown", "together", "level"),
    [
        ("pwd", "otp mfa", "pwd otp mfa", LOA3),
        ("pwd", "swk user mfa", "pwd swk user mfa", PHR),
        ("pwd otp mfa", "otp mfa", "pwd otp mfa", LOA3),
        ("swk user mfa", "otp mfa", "otp mfa", LOA3),
        ("hwk user mfa", "swk user mfa", "swk user mfa", PHR),
        ("pwd", "pwd", "pwd", LOA2),
    ],
)
def test_what_is_shown_joins_what_was_shown_but_a_passkey_counts_only_last(
    before, shown, together, level
):
    assert assurance.joined(before, shown) == together
    assert assurance.acr_of(together) == level
