"""One value has one text, whoever wrote it down and in whatever order (RFC 8785)."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation import canonical
from tests.support.marks import rfc

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "canonical.json").read_text())

_whole = st.integers(-canonical.LARGEST, canonical.LARGEST)
_values = st.recursive(
    st.none() | st.booleans() | _whole | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@rfc("8785", "3.2")
@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_each_vector_has_the_form_it_says_or_none(vector):
    value = json.loads(vector["input"])

    if vector["canonical"] is None:
        with pytest.raises(canonical.NotCanonical):
            canonical.json(value)
    else:
        assert canonical.json(value).decode() == vector["canonical"]


@rfc("8785", "3.2.3")
@given(value=_values)
def test_it_says_the_same_value_and_reading_it_again_changes_nothing(value):
    text = canonical.json(value)

    assert json.loads(text) == value
    assert canonical.json(json.loads(text)) == text


@given(members=st.dictionaries(st.text(), _whole, max_size=6), data=st.data())
def test_the_order_that_members_came_in_does_not_matter(members, data):
    shuffled = dict(data.draw(st.permutations(list(members.items()))))

    assert canonical.json(shuffled) == canonical.json(members)


@pytest.mark.parametrize("value", [1.0, float("nan"), 2**53, {1: 2}, {"a": {None: 1}}, {"a": b""}])
def test_what_has_no_form_here_is_refused(value):
    with pytest.raises(canonical.NotCanonical):
        canonical.json(value)
