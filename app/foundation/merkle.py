"""A Merkle tree that only grows, and its proofs: pure (RFC 9162 §2.1).

Of a tree one keeps its *peaks*: the roots of the complete subtrees that it is made of, the largest
first, one for each bit of its size. A subtree is named by its level (0 is a leaf) and position.
"""

import hashlib
from functools import reduce

EMPTY = hashlib.sha256(b"").digest()
BYTES = 32


def leaf(data):
    """Return the hash of the leaf that says ``data`` (bytes)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left, right):
    """Return the hash over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(size, peaks, added):
    """Return the peaks after the leaf hash ``added``, and each subtree that it completes.

    size: of the tree so far; a subtree comes as ``(level, position, hash)``.
    """
    peaks, top, level, complete = list(peaks), added, 0, []
    while size >> level & 1:
        top = node(peaks.pop(), top)
        level += 1
        complete.append((level, size >> level, top))
    return [*peaks, top], complete


def root(peaks):
    """Return the root over ``peaks``, or over the hashes of any :func:`parts`."""
    if not peaks:
        return EMPTY
    return reduce(lambda right, left: node(left, right), reversed(peaks))


def parts(start, end):
    """Return ``(level, position)`` of the complete subtrees that leaves start … end-1 are made of.

    start: what :func:`inclusion` and :func:`consistency` begin at, or 0.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        found.append((level, start >> level))
        start += 1 << level
    return found


def inclusion(index, size):
    """Return the ranges of leaves, ``(start, end)``, whose roots prove leaf ``index`` (§2.1.3.1).

    The tree has ``size`` leaves, more than ``index``.
    """
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency(first, second):
    """Return the ranges whose roots prove that one tree began as the other (§2.1.4.1).

    The trees have ``first`` and ``second`` leaves, 0 < first <= second.
    """
    start, end, whole, ranges = 0, second, True, []
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, end))
    return ranges[::-1]


def is_included(leaf_hash, index, size, path, expected):
    """Does ``path`` (hashes) prove that the leaf stands in the tree of that root (§2.1.3.2)?"""
    if not 0 <= index < size:
        return False
    at, last, top = index, size - 1, leaf_hash
    for other in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            top = node(other, top)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            top = node(top, other)
        at, last = at >> 1, last >> 1
    return last == 0 and top == expected


def is_consistent(first, second, path, first_root, second_root):
    """Does ``path`` prove that the tree of ``second`` leaves began as that of ``first`` (§2.1.4.2)?

    The roots are those of the two trees; ``first`` is more than 0.
    """
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    path = [first_root, *path] if first & (first - 1) == 0 else list(path)
    if not path:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node(other, old), node(other, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node(new, other)
        at, last = at >> 1, last >> 1
    return last == 0 and (old, new) == (first_root, second_root)


def _split(count):
    """The largest power of two smaller than ``count`` (§2.1.1)."""
    return 1 << ((count - 1).bit_length() - 1)
