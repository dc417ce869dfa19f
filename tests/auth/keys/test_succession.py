"""Who signs when: a key that everybody may know, until the one after it is such a key."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from app.auth.database import db
from app.auth.keys import jose, ring
from app.auth.keys.models import SigningKey
from app.foundation import clock
from app.foundation.database import kept
from app.foundation.problems import Unavailable
from tests.auth.keys.turns import (
    ensure,
    keep_timetable,
    kids,
    lead,
    published,
    retire,
    rotate,
    row,
    signing,
)
from tests.support.marks import asvs, behaviour

MOMENT = timedelta(microseconds=1)


@pytest.fixture
def turned(held_clock, bare_context):
    """Return the ids of three keys at noon: the first to sign, then two rotations' active keys.

    The second signs at once; the third was published only by the first rotation.
    """
    ensure()
    [first], [second], [third] = kids("active"), rotate("ES256"), rotate("ES256")
    return first, second, third


@behaviour(25)
def test_the_first_next_key_signs_at_once_for_no_key_set_was_ever_without_it(
    held_clock, bare_context
):
    ensure()
    [following] = kids("next")

    assert rotate("ES256") == [following]

    assert signing() == following
    assert row(following).activated_at == clock.now()


@behaviour(25)
def test_a_key_signs_once_every_key_set_in_use_holds_it(held_clock, turned):
    _first, second, third = turned

    assert kids("active") == {third}
    assert row(second).retired_at == row(third).activated_at == row(third).created_at + lead()
    for passing in (timedelta(0), lead() - MOMENT):
        held_clock.shift(passing)
        assert signing() == second
    held_clock.shift(MOMENT)
    assert signing() == third


def test_keys_turned_again_and_again_sign_in_turn_though_the_clock_stands(held_clock, turned):
    more = [rotate("ES256")[0] for _ in range(3)]

    moments = [row(kid).activated_at for kid in [*turned, *more]]
    assert sorted(moments) == moments
    assert signing() == turned[1]
    held_clock.shift(lead())
    assert signing() == more[-1]


def test_a_key_that_waited_long_enough_signs_at_once(held_clock, turned):
    held_clock.shift(lead())

    [fourth] = rotate("ES256")

    assert signing() == fourth


@asvs("11.2.2")
def test_a_new_algorithm_is_published_first_and_signs_when_everybody_knows_it(
    held_clock, bare_context
):
    ensure()
    new = SigningKey.alg.in_(["PS256", "EdDSA"])
    with kept(db):
        db.session.execute(delete(SigningKey).where(new))
    held_clock.shift(3600)

    ensure()

    assert kids("active", "PS256") | kids("next", "EdDSA") <= published()
    assert ring.current().algorithms() == ["ES256", "RS256"]
    with pytest.raises(Unavailable):
        ring.sign({}, alg="PS256", typ="JWT")
    held_clock.shift(lead())
    ring.current().forget()
    assert set(ring.current().algorithms()) == set(jose.ALGORITHMS)
    following = kids("next", "PS256")
    assert set(rotate("PS256")) == following == {signing("PS256")}


def test_a_new_algorithm_that_is_rotated_before_it_began_begins_no_sooner(held_clock, bare_context):
    ensure()
    with kept(db):
        db.session.execute(delete(SigningKey).where(SigningKey.alg == "EdDSA"))
    ensure()
    began = clock.now() + lead()

    [following] = rotate("EdDSA")

    assert row(following).activated_at == began
    held_clock.shift(lead())
    assert signing("EdDSA") == following


def test_what_a_key_set_was_cached_for_when_a_key_was_made_counts(held_clock, bare_context):
    bare_context.config["JWKS_MAX_AGE_SECONDS"] = 86400
    ensure()
    rotate("ES256")
    long = lead()
    bare_context.config["JWKS_MAX_AGE_SECONDS"] = 300

    [third] = rotate("ES256")

    assert row(third).activated_at == clock.now() + long


def test_who_looks_for_an_unknown_key_once_a_minute_is_waited_for(held_clock, bare_context):
    bare_context.config["JWKS_MAX_AGE_SECONDS"] = 0
    ensure()
    rotate("ES256")

    [third] = rotate("ES256")

    assert row(third).activated_at - clock.now() > timedelta(minutes=1)


def test_a_next_key_that_does_not_say_when_it_may_sign_waits_its_time(held_clock, bare_context):
    ensure()
    [following] = kids("next")
    with kept(db):
        db.session.execute(
            update(SigningKey).values(activated_at=None).where(SigningKey.kid == following)
        )

    assert rotate("ES256") == [following]

    assert row(following).activated_at == clock.now() + lead()


def test_a_clock_set_back_leaves_the_first_keys_signing(held_clock, bare_context):
    ensure()
    [first] = kids("active")
    held_clock.shift(-3600)
    assert signing() == first

    [following] = rotate("ES256")
    assert signing() == following
    assert row(following).activated_at == row(first).activated_at

    [third] = rotate("ES256")
    assert signing() in {first, following}
    assert row(third).activated_at > clock.now()
    held_clock.shift(3600)
    assert signing() == third


def test_withdrawing_a_key_lets_one_sign_at_once_that_few_may_know(held_clock, turned):
    [fourth] = kids("next")
    held_clock.shift(lead())
    assert signing() == turned[2]
    [fifth] = rotate("ES256") and kids("next")
    assert signing() == fourth

    retire(fourth)

    assert signing() == fifth
    assert row(fifth).activated_at == clock.now() == row(fourth).retired_at


def test_withdrawing_the_key_that_still_signs_lets_the_one_after_it_sign_at_once(
    held_clock, turned
):
    _first, second, third = turned
    held_clock.shift(1)

    retire(second)

    assert signing() == third
    assert row(third).activated_at == row(second).retired_at == clock.now()
    assert second not in published()
    [fourth] = rotate("ES256")
    assert row(fourth).activated_at > clock.now()


def test_withdrawing_a_key_that_does_not_sign_yet_lets_the_one_before_go_on(held_clock, turned):
    _first, second, third = turned
    held_clock.shift(1)

    retire(third)

    assert signing() == second
    assert row(third).activated_at is None
    [fourth] = kids("active")
    assert row(second).retired_at == row(fourth).activated_at
    held_clock.shift(lead())
    assert signing() == fourth


def test_withdrawing_a_key_between_two_that_wait_closes_the_gap(held_clock, bare_context):
    ensure()
    waiting = []
    for _ in range(4):
        waiting += rotate("ES256")
        held_clock.shift(1)
    first, second, third, fourth = waiting
    assert signing() == first

    retire(third)

    assert row(second).retired_at == row(fourth).activated_at
    held_clock.shift(lead() - timedelta(seconds=3))
    assert signing() == second
    held_clock.shift(1)
    assert signing() == fourth


def test_a_withdrawn_next_key_never_signs(held_clock, turned):
    [following] = kids("next")

    retire(following)

    assert row(following).activated_at is None
    held_clock.shift(lead() * 2)
    assert signing() == turned[2]


def test_the_overlap_of_a_retired_key_counts_from_when_it_ceased_to_sign(held_clock, turned):
    first, second, _third = turned
    overlap = timedelta(seconds=ring.current_app.config["SESSION_SECONDS"]) + lead() + MOMENT

    held_clock.shift(overlap)
    assert keep_timetable()["withdrawn"] == [first]

    held_clock.shift(lead())
    assert keep_timetable()["withdrawn"] == [second]
