"""Index keys of sealing keys that were put away: what was written under them is still found.

A digest cannot be made again without what it is of, and of most we have nothing else. So before a
sealing key leaves its ring, what it gave for each such purpose is kept, sealed under the first.
"""

from typing import NamedTuple

from sqlalchemy import LargeBinary, Text, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.hot import Statement


class IndexKeyColumns:
    """The columns of a house's table of index keys."""

    name: Mapped[str] = mapped_column(Text, primary_key=True)  # of the sealing key
    purpose: Mapped[str] = mapped_column(Text, primary_key=True)
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Row(NamedTuple):
    """An index key as stored."""

    name: str
    purpose: str
    key_sealed: bytes


def reader(hot, model):
    """Return a function that reads all index keys of a house, for :meth:`sealing.Ring.remember`."""
    columns = "SELECT name, purpose, key_sealed"
    every = Statement(f"{columns} FROM {model.__tablename__} ORDER BY name DESC", Row)
    return lambda: [(row, place(model, row.name, row.purpose)) for row in hot.run(every)]


def keep(db, model, ring, purposes):
    """Keep what each key of ``ring`` but the first gives for ``purposes``; the caller commits."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    rows = [
        {
            "name": name,
            "purpose": purpose,
            "key_sealed": ring.seal(ring.derived(name, purpose), place(model, name, purpose)),
        }
        for name in ring.names[1:]
        for purpose in purposes
    ]
    if rows:
        db.session.execute(dialect.insert(model.__table__).on_conflict_do_nothing(), rows)


def place(model, name, purpose):
    """Where the index key of ``name`` for ``purpose`` is sealed for."""
    return f"{model.__tablename__}/{name} {purpose}/key_sealed"


def kept_of(db, model):
    """Return the purposes whose index keys are kept, by the name of their sealing key."""
    found = {}
    for name, purpose in db.session.execute(select(model.name, model.purpose)):
        found.setdefault(name, set()).add(purpose)
    return found
