"""What is sealed opens in its place, under its key, unchanged; and nowhere else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation import sealing
from app.foundation.sealing import CannotOpen, Ring
from tests.support.marks import asvs

PLACE = "users/1/cpf"
FIRST, SECOND = ("1", bytes(32)), ("2", bytes(range(32)))


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_again(clear):
    ring = Ring(dict([FIRST]))

    assert ring.open(ring.seal(clear, PLACE), PLACE) == clear


@asvs("11.3.4")
def test_sealing_the_same_twice_never_looks_the_same():
    ring = Ring(dict([FIRST]))

    assert ring.seal(b"cpf", PLACE) != ring.seal(b"cpf", PLACE)


@asvs("11.3.3")
@pytest.mark.parametrize("place", ["users/2/cpf", "users/1/phone", ""])
def test_an_envelope_moved_elsewhere_does_not_open(place):
    ring = Ring(dict([FIRST]))

    with pytest.raises(CannotOpen):
        ring.open(ring.seal(b"cpf", PLACE), place)


@asvs("11.2.5", "11.3.3")
@given(st.integers(min_value=0), st.integers(1, 255))
def test_an_envelope_with_any_byte_changed_does_not_open(position, change):
    ring = Ring(dict([FIRST]))
    sealed = bytearray(ring.seal(b"cpf", PLACE))
    sealed[position % len(sealed)] ^= change

    with pytest.raises(CannotOpen):
        ring.open(bytes(sealed), PLACE)


@pytest.mark.parametrize("length", [0, 1, 5, 20])
def test_an_envelope_cut_short_does_not_open(length):
    ring = Ring(dict([FIRST]))

    with pytest.raises(CannotOpen):
        ring.open(ring.seal(b"cpf", PLACE)[:length], PLACE)


@asvs("11.2.2")
def test_after_a_new_first_key_the_old_envelopes_open_and_new_ones_use_it():
    old, both, new = Ring(dict([FIRST])), Ring(dict([SECOND, FIRST])), Ring(dict([SECOND]))

    assert both.open(old.seal(b"a", PLACE), PLACE) == b"a"
    assert new.open(both.seal(b"b", PLACE), PLACE) == b"b"
    with pytest.raises(CannotOpen):
        new.open(old.seal(b"a", PLACE), PLACE)


def test_no_derived_key_serves_two_purposes():
    ring = Ring(dict([FIRST]))

    keys = {ring.derive(purpose) for purpose in ("csrf", "cpf", "sealing")}

    assert len(keys) == 3
    assert FIRST[1] not in keys


@pytest.mark.parametrize(
    "text",
    ["", "a", "a:", ":" + base64.b64encode(bytes(32)).decode(), "a:c2hvcnQ=", "a:!!", "á:AA=="],
)
def test_a_malformed_ring_is_refused_without_being_quoted(text):
    with pytest.raises(ValueError, match="each sealing key reads"):
        Ring.from_setting(text)


def test_a_new_key_is_one_the_ring_takes():
    ring = Ring.from_setting(f"a:{sealing.new_key()}, b:{sealing.new_key()}")

    assert ring.open(ring.seal(b"x", PLACE), PLACE) == b"x"


def test_what_is_sealed_under_a_secret_opens_with_that_secret_alone():
    sealed = sealing.seal_under("the old token", b"the new token", PLACE)

    assert sealing.open_under("the old token", sealed, PLACE) == b"the new token"
    for secret, place in (("another", PLACE), ("the old token", "elsewhere")):
        with pytest.raises(CannotOpen):
            sealing.open_under(secret, sealed, place)
