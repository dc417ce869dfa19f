"""Codes that people read and type: few letters, one reading, however they are typed."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.foundation import legible
from tests.support.marks import rfc

codes = st.text(legible.LETTERS, min_size=legible.LENGTH, max_size=legible.LENGTH)
between = st.text(" -–—_.·\t\u00a0\u2011\u2060/", max_size=3)


@rfc("8628", "6.1")
def test_a_code_has_no_vowel_no_digit_and_no_two_letters_alike():
    assert set(legible.LETTERS).isdisjoint("AEIOUY0123456789")
    drawn = {legible.draw() for _ in range(500)}
    assert len(drawn) == 500
    assert all(re.fullmatch(f"[{legible.LETTERS}]{{8}}", code) for code in drawn)
    assert set("".join(drawn)) == set(legible.LETTERS)


@given(code=codes)
def test_what_is_shown_is_read_back(code):
    shown = legible.shown(code)

    assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", shown)
    assert legible.read(shown) == code


@given(code=codes, data=st.data())
def test_case_and_what_stands_between_do_not_matter(code, data):
    typed = data.draw(between)
    for letter in code:
        typed += data.draw(st.sampled_from([letter, letter.lower()])) + data.draw(between)

    assert legible.read(typed) == code


LIKE = {"L": "1I", "Z": "2", "S": "5", "G": "6", "B": "8", "V": "U"}


@given(code=codes, data=st.data())
def test_what_looks_like_one_letter_alone_is_that_letter(code, data):
    typed = "".join(data.draw(st.sampled_from(c + LIKE.get(c, ""))) for c in code)

    assert legible.read(typed) == code


@given(typed=st.text(max_size=40))
@example("０WDJBMJHT")
@example("ﬀWDJBMJ")
@example("\x00WDJBMJHT")
def test_whatever_is_typed_is_a_code_or_none(typed):
    code = legible.read(typed)

    assert code is None or re.fullmatch(f"[{legible.LETTERS}]{{8}}", code)
    assert code is None or legible.read(code) == code


@pytest.mark.parametrize(
    "typed", ["", "WDJB", "WDJBMJHTX", "WDJB-MJHO", "WDJB-MJHA", "0DJB-MJHT", "ДДДДДДДД", "-" * 8]
)
def test_what_has_two_readings_or_none_is_no_code(typed):
    assert legible.read(typed) is None
