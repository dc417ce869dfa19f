"""Seal again, under the first key of the ring, what an older one sealed; so that it may go.

Row by row in small transactions, beside running traffic: a row changes only while it still holds
what was read, and where somebody else was quicker theirs stays. Stopped, it goes on where it was.
"""

import base64
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Text, bindparam, case, func, select, update
from sqlalchemy.exc import IntegrityError

from app.foundation import database, sealing, snapshot

BATCH = 100  # rows a transaction


class Sealed(NamedTuple):
    """A column of envelopes.

    place: of a row, where its envelope is sealed for; also: of what is inside (bytes), the values
    of further columns that hang on the first key; of them one that is empty stays empty. An
    envelope in a column of text is in base64; one that begins otherwise holds no envelope.
    """

    column: object
    place: Callable
    also: Callable | None = None

    @property
    def table(self):
        """The table it is in."""
        return self.column.table

    @property
    def name(self):
        """The name it goes by: ``table.column``."""
        return f"{self.table.name}.{self.column.name}"

    def envelope(self, value):
        """Return the envelope (bytes) in a ``value`` of the column, or None."""
        if value is None or not isinstance(self.column.type, Text):
            return value
        return None if value[:1] in {"{", "["} else base64.b64decode(value)

    def written(self, envelope):
        """Return ``envelope`` as the column holds it."""
        is_text = isinstance(self.column.type, Text)
        return base64.b64encode(envelope).decode() if is_text else envelope


class Done(NamedTuple):
    """What became of a column: rows sealed again, and rows that no key of ours opens."""

    sealed: int
    stuck: int


def count(db, columns):
    """Return by :attr:`Sealed.name` how many rows have something there."""
    counts = {}
    with snapshot.taken(db) as connection:
        for one in columns:
            there = select(func.count()).select_from(one.table).where(one.column.is_not(None))
            counts[one.name] = connection.scalar(there)
    return counts


def used(db, columns):
    """Return by :attr:`Sealed.name` how many envelopes each sealing key has there, by its name."""
    found = {}
    with snapshot.taken(db) as connection:
        for one in columns:
            names = found[one.name] = Counter()
            keys = one.table.primary_key.columns
            there = select(*keys, one.column).where(one.column.is_not(None))
            for row in snapshot.rows(connection, there, *keys):
                envelope = one.envelope(row[-1])
                if envelope is not None:
                    names[sealing.under(envelope)] += 1
    return found


def reseal(db, ring, one, progress):
    """Seal a column's envelopes under the first key of ``ring``; return what was :class:`Done`.

    progress: called with how many rows were looked at. Keeps its own work.
    """
    keys = list(one.table.primary_key.columns)
    wanted = select(*keys, *(c for c in one.table.columns if c not in set(keys)))
    wanted = wanted.where(one.column.is_not(None)).order_by(*keys).limit(BATCH)
    after, sealed, stuck = None, 0, 0
    while True:
        part = wanted if after is None else wanted.where(snapshot.later(keys, after))
        with database.kept(db) as session:
            rows = session.execute(part).all()
        changes, odd = _changes(ring, one, rows)
        for change in [changes] if changes else []:
            done, lost = _write(db, one, change)
            sealed, odd = sealed + done, odd + lost
        stuck += odd
        progress(len(rows))
        if len(rows) < BATCH:
            return Done(sealed, stuck)
        after = rows[-1][: len(keys)]


def _changes(ring, one, rows):
    """Return what is to be written, a dict a row, and how many rows do not open."""
    changes, odd = [], 0
    for row in rows:
        old = getattr(row, one.column.name)
        envelope = one.envelope(old)
        if envelope is None or sealing.under(envelope) == ring.names[0]:
            continue
        try:
            clear = ring.open(envelope, one.place(row))
        except sealing.CannotOpen:
            odd += 1
            continue
        new = {one.column.name: one.written(ring.seal(clear, one.place(row)))}
        new |= one.also(clear) if one.also else {}
        keys = {f"key_{c.name}": getattr(row, c.name) for c in one.table.primary_key.columns}
        changes.append({f"new_{name}": value for name, value in new.items()} | keys | {"old": old})
    return changes, odd


def _write(db, one, changes):
    """Write ``changes``; return how many rows took theirs, and how many cannot."""
    try:
        with database.kept(db) as session:
            return _execute(session, one, changes), 0
    except IntegrityError:
        if len(changes) == 1:
            return 0, 1
    each = [_write(db, one, [change]) for change in changes]
    return sum(done for done, _ in each), sum(lost for _, lost in each)


def _execute(session, one, changes):
    columns = one.table.columns
    mine = update(one.table).where(one.column == bindparam("old"))
    for column in one.table.primary_key.columns:
        mine = mine.where(column == bindparam(f"key_{column.name}"))
    names = [name.removeprefix("new_") for name in changes[0] if name.startswith("new_")]
    values = {name: _unless_empty(columns[name]) for name in names}
    values |= {c.name: c for c in columns if c.onupdate is not None}  # nobody changed the row
    return session.connection().execute(mine.values(values), changes).rowcount


def _unless_empty(column):
    """The new value, where there is one now: asked by the database, as it may just have come."""
    new = bindparam(f"new_{column.name}", type_=column.type)
    return case((column.is_(None), None), else_=new)
