"""One text for one deed, whoever writes it."""

import hashlib

import pytest

from app.auth.deeds import canonical
from tests.support.marks import rfc


@rfc("8785", "3.2.3")
def test_members_stand_in_the_order_of_their_utf_16_code_units():
    shuffled = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }

    written = canonical.of(shuffled)

    assert written == (
        '{"\\r":"Carriage Return","1":"One","\u0080":"Control",'
        '"\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign",'
        '"\U0001f600":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}'
    )


@rfc("8785", "3.2.2.2")
def test_texts_are_written_as_every_reader_writes_them():
    assert canonical.of('\u20ac$\u000f\nA\'B"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'


@rfc("8785", "3.1")
def test_it_says_the_same_whatever_order_it_came_in():
    one = {"b": [{"y": 1, "x": None}, True], "a": {"d": "", "c": -5}}
    other = {"a": {"c": -5, "d": ""}, "b": [{"x": None, "y": 1}, True]}

    assert canonical.of(one) == canonical.of(other)
    assert canonical.of(one) == '{"a":{"c":-5,"d":""},"b":[{"x":null,"y":1},true]}'
    assert (
        canonical.digest(canonical.of(one)) == hashlib.sha256(canonical.of(one).encode()).digest()
    )


@rfc("8785", "3.2.2.3")
@pytest.mark.parametrize("number", [1.0, 0.1, 2**53, -(2**53), 1e400])
def test_a_number_that_not_every_reader_reads_alike_is_none_of_a_deed(number):
    with pytest.raises(canonical.NotCanonical):
        canonical.of({"amount": [number]})
    assert canonical.of(2**53 - 1) == "9007199254740991"
