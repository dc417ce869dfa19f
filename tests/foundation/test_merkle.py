"""The tree, held against the naive one of the specification's own words (RFC 9162 §2.1)."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation import merkle
from tests.support.marks import rfc

# The leaves and roots that implementations of RFC 6962 test themselves by.
LEAVES = [bytes.fromhex(x) for x in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def tree(leaves):
    """MTH(D[n]) as §2.1.1 writes it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + tree(leaves[:k]) + tree(leaves[k:])).digest()


def grown(leaves):
    """Grow a tree leaf by leaf; return its peaks, and every complete subtree by its place."""
    peaks, kept = [], {}
    for size, data in enumerate(leaves):
        kept[0, size] = merkle.leaf(data)
        peaks, complete = merkle.grow(size, peaks, kept[0, size])
        kept |= {(level, position): top for level, position, top in complete}
    return peaks, kept


def path(kept, ranges):
    """Return the proof that these ranges are."""
    return [merkle.root([kept[part] for part in merkle.parts(*each)]) for each in ranges]


def of(many):
    """Return so many leaves."""
    return [b"%d" % number for number in range(many)]


sizes = st.integers(1, 70)


@rfc("9162", "2.1.1")
@rfc("6962", "2.1")
@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots_come_out(size):
    peaks, _ = grown(LEAVES[:size])

    assert merkle.root(peaks).hex() == ROOTS[size - 1] == tree(LEAVES[:size]).hex()
    assert len(peaks) == size.bit_count()


@rfc("9162", "2.1.1")
def test_the_tree_of_nothing_is_the_hash_of_nothing():
    assert merkle.root([]) == tree([])


@rfc("9162", "2.1.3")
@given(size=sizes, data=st.data())
def test_every_leaf_is_proved_and_no_other(size, data):
    index = data.draw(st.integers(0, size - 1))
    leaves = of(size)
    peaks, kept = grown(leaves)
    proof = path(kept, merkle.inclusion(index, size))
    root, leaf = tree(leaves), kept[0, index]

    assert merkle.root(peaks) == root
    assert merkle.is_included(leaf, index, size, proof, root)
    other = data.draw(st.integers(-1, size + 1).filter(lambda number: number != index))
    assert not merkle.is_included(leaf, other, size, proof, root)
    assert not merkle.is_included(merkle.leaf(b"x"), index, size, proof, root)
    assert not merkle.is_included(leaf, index, size, [*proof, root], root)
    assert not proof or not merkle.is_included(leaf, index, size, proof[:-1], root)


@rfc("9162", "2.1.4")
@given(second=sizes, data=st.data())
def test_every_tree_is_proved_to_have_begun_as_each_before(second, data):
    first = data.draw(st.integers(1, second))
    leaves = of(second)
    _, kept = grown(leaves)
    proof = path(kept, merkle.consistency(first, second))
    before, after = tree(leaves[:first]), tree(leaves)

    assert merkle.is_consistent(first, second, proof, before, after)
    wrong = merkle.leaf(b"x")
    assert not merkle.is_consistent(first, second, proof, wrong, after)
    assert not merkle.is_consistent(first, second, proof, before, wrong)
    assert not merkle.is_consistent(first, second, [*proof, wrong], before, after)
    if proof:
        assert not merkle.is_consistent(first, second, proof[:-1], before, after)
        assert not merkle.is_consistent(first, second, [wrong, *proof[1:]], before, after)
    assert not merkle.is_consistent(0, second, proof, merkle.EMPTY, after)
    assert not merkle.is_consistent(second + 1, second, proof, before, after)
