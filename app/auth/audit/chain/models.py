"""The chain's tables. The database lets no line of links, nodes and heads change."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import LargeBinary, SmallInteger, Text, false, or_
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.audit.models import NUMBER
from app.auth.database import Base
from app.foundation.database import UtcDateTime


class Link(Base):
    """One record in the chain, and one leaf of the tree; numbered from 0, without a gap."""

    __tablename__ = "audit_links"

    number: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(NUMBER, unique=True)  # the record's
    nonce: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)  # the record's
    leaf: Mapped[bytes] = mapped_column(LargeBinary)  # the tree's leaf: the record's own hash
    hash: Mapped[bytes] = mapped_column(LargeBinary)  # over the link before, and the leaf
    mac: Mapped[bytes] = mapped_column(LargeBinary)  # our word that this hash has this number


class Node(Base):
    """The hash of a complete subtree, so that a proof reads few rows."""

    __tablename__ = "audit_nodes"

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    @classmethod
    def at(cls, places):
        """Return the condition that finds the nodes at ``places``: pairs of level and position.

        It is asked level by level, so that either database looks by the key: for pairs among pairs
        SQLite reads the whole table.
        """
        levels = defaultdict(list)
        for level, position in places:
            levels[level].append(position)
        each = [(cls.level == level) & cls.position.in_(levels[level]) for level in levels]
        return or_(false(), *each)


class State(Base):
    """How far the chain goes: one row, which a worker locks while it links."""

    __tablename__ = "audit_chain"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(NUMBER)
    last: Mapped[bytes] = mapped_column(LargeBinary)  # the hash of the last link
    peaks: Mapped[bytes] = mapped_column(LargeBinary)  # `merkle.grow`, one after the other
    mac: Mapped[bytes] = mapped_column(LargeBinary)  # our word for all of it


class Head(Base):
    """A signed tree head: from here on nobody rewrites what is before."""

    __tablename__ = "audit_heads"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=True)
    size: Mapped[int] = mapped_column(NUMBER, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed: Mapped[str] = mapped_column(Text)  # a JWS
    mac: Mapped[bytes] = mapped_column(LargeBinary)  # that it is ours, whatever keys are published
