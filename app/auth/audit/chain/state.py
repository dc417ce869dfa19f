"""How far the chain goes: read it, lock it, move it on."""

from typing import NamedTuple

from sqlalchemy import select, text, update

from app.auth.audit.chain import words
from app.auth.audit.chain.models import State
from app.auth.database import db
from app.foundation import merkle
from app.foundation.problems import Problem

_ROW = 1
_BEGIN = text(
    "INSERT INTO audit_chain (id, size, last, peaks, mac) SELECT 1, 0, :last, :peaks, :mac"
    " WHERE NOT EXISTS (SELECT 1 FROM audit_chain) ON CONFLICT (id) DO NOTHING"
)


class Changed(Problem):
    """Somebody else than this server wrote how far the chain goes."""

    status = 500
    description = "The chain's own row was changed; nothing is linked. See `audit verify`."


class Chain(NamedTuple):
    """The chain as it stands."""

    size: int
    last: bytes
    peaks: list
    fresh: bool

    @property
    def root(self):
        """The root of the tree."""
        return merkle.root(self.peaks)


def locked():
    """Return the :class:`Chain`, which nobody else moves on in this transaction; None: they do.

    Raises Changed.
    """
    mine = select(State).where(State.id == _ROW).with_for_update(skip_locked=True)
    row = db.session.execute(mine.execution_options(populate_existing=True)).scalar()
    return row and _read(row)


def begin():
    """Make the chain's row, unless there is one."""
    empty = State(size=0, last=words.START, peaks=b"")
    mac = words.vouch(words.of_state(empty))
    db.session.execute(_BEGIN, {"last": empty.last, "peaks": empty.peaks, "mac": mac})


def move(size, last, peaks):
    """Say that the chain goes so far. The caller holds it :func:`locked`."""
    there = State(size=size, last=last, peaks=b"".join(peaks))
    values = {"size": size, "last": last, "peaks": there.peaks}
    values["mac"] = words.vouch(words.of_state(there))
    db.session.execute(update(State).where(State.id == _ROW).values(**values))


def peaks_of(row):
    """Return the peaks that a :class:`State` keeps, as a list."""
    raw = bytes(row.peaks)
    return [raw[at : at + merkle.BYTES] for at in range(0, len(raw), merkle.BYTES)]


def _read(row):
    said = words.of_state(row)
    if not words.is_ours(said, row.mac):
        raise Changed
    return Chain(row.size, bytes(row.last), peaks_of(row), words.is_fresh(said, row.mac))
