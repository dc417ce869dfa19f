"""Proofs over the record, read from few rows however long it is (RFC 9162 §2.1.3, §2.1.4)."""

from typing import NamedTuple

from sqlalchemy import select

from app.auth.audit.chain.models import Link, Node
from app.auth.database import db
from app.foundation import merkle
from app.foundation.problems import Problem


class NotLinked(Problem):
    """The record is not in the tree: there is none of that number, or it still waits."""

    code = "record_not_linked"
    status = 404
    description = "There is no such record, or no signed head covers it yet."


class Inclusion(NamedTuple):
    """That a record stands in the tree of ``size`` leaves, at ``index``."""

    index: int
    leaf: bytes
    path: list


def of_record(seq, size):
    """Return the :class:`Inclusion` of record ``seq`` in the tree of ``size`` records.

    Raises NotLinked.
    """
    row = db.session.execute(select(Link.number, Link.leaf).where(Link.seq == seq)).first()
    if row is None or row.number >= size:
        raise NotLinked
    return Inclusion(row.number, bytes(row.leaf), _roots(merkle.inclusion(row.number, size)))


def of_growth(first, second):
    """Return the hashes that prove that the tree of ``second`` records began as that of ``first``.

    0 < first <= second, and both are linked.
    """
    return _roots(merkle.consistency(first, second))


def root_of(size):
    """Return the root of the tree of the first ``size`` records."""
    return _roots([(0, size)])[0] if size else merkle.EMPTY


def _roots(ranges):
    """The root over each range of leaves."""
    made = [merkle.parts(*each) for each in ranges]
    known = _hashes({part for parts in made for part in parts})
    return [merkle.root([known[part] for part in parts]) for parts in made]


def _hashes(wanted):
    leaves = [position for level, position in wanted if level == 0]
    rows = db.session.execute(select(Link.number, Link.leaf).where(Link.number.in_(leaves)))
    known = {(0, number): bytes(leaf) for number, leaf in rows}
    higher = [part for part in wanted if part[0]]
    mine = select(Node.level, Node.position, Node.hash).where(Node.at(higher))
    rows = db.session.execute(mine)
    known |= {(level, position): bytes(top) for level, position, top in rows}
    if len(known) < len(wanted):
        raise NotLinked(detail="a hash of the tree is gone")
    return known
