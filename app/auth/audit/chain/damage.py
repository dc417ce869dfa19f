"""What can be wrong with the record, and how each kind is known."""

from typing import NamedTuple

from app.auth.audit import stamps
from app.auth.audit.chain import reading, words

EDITED, REMOVED, REORDERED = "edited", "removed", "reordered"
INSERTED, TRUNCATED = "inserted", "truncated"


class Damage(NamedTuple):
    """Something wrong: its kind, the record (its ``seq``), its place in the chain, and why."""

    kind: str
    seq: int | None
    number: int | None
    why: str


def of_link(connection, row, before, number):
    """Return the :class:`Damage` that one link shows by itself, or None.

    row: of :func:`reading.links`; before: the hash of the link before; number: what it must have.
    """
    if row.number != number:
        return Damage(REMOVED, None, number, f"the link before record {row.linked_seq} is gone")
    if row.seq is None:
        last = reading.is_last_there(connection, number)
        why = "the record is gone, and all after it" if last else "the record is gone"
        return Damage(TRUNCATED if last else REMOVED, row.linked_seq, number, why)
    if words.leaf(row) != bytes(row.leaf):
        return _of_record(connection, row)
    if words.link(before, bytes(row.leaf)) != bytes(row.hash):
        return rewritten(connection, row)
    return None


def of_stamp(row, *, young, copy):
    """Return the :class:`Damage` that a linked record's own stamp shows, or None.

    Its leaf covers the stamp; what the linker goes by is covered by nothing, so it may have been
    deceived. young: none linked before it had a stamp; copy: one before it has the same nonce.
    """
    if copy:
        return Damage(INSERTED, row.seq, row.number, "it is the copy of a record that is linked")
    if not young and not is_stamped(row):
        return Damage(INSERTED, row.seq, row.number, "it has no stamp, and one before it has")
    if bytes(row.nonce or b"") != bytes(row.linked_nonce or b""):
        return Damage(EDITED, row.seq, row.number, "its link names another nonce")
    return None


def is_stamped(row):
    """Has the record both parts of a stamp? Whether that holds is another question."""
    return row.nonce is not None and row.mac is not None


def rewritten(connection, row):
    """Return the :class:`Damage` where a link was written by somebody else than this server."""
    expected, found = _size(connection), reading.count(connection)
    if expected is not None and found < expected:
        return Damage(REMOVED, None, row.number, f"a link before record {row.linked_seq} is gone")
    if expected is not None and found > expected:
        return Damage(INSERTED, row.linked_seq, row.number, "this server did not link it")
    if row.nonce is not None and not stamps.hold(row):
        return Damage(EDITED, row.linked_seq, row.number, "this server did not write it so")
    return Damage(REORDERED, row.linked_seq, row.number, "another record was linked here")


def of_unlinked(connection, row, *, young):
    """Return the :class:`Damage` that a record without a link shows, or None: it only waits.

    young: nothing stamped is linked yet, so what was written before stamps were still may be.
    """
    if row.nonce is None and row.mac is None and young:
        return None
    if not stamps.hold(row) or words.leaf(row) is None:
        return Damage(INSERTED, row.seq, None, "this server did not write it so")
    if reading.is_linked(connection, row.nonce):
        return Damage(INSERTED, row.seq, None, "it is the copy of a record that is linked")
    if row.queued is None:
        return Damage(REMOVED, row.seq, None, "it was kept from being linked, or its link is gone")
    return None


def _of_record(connection, row):
    nonce = row.nonce and bytes(row.nonce)
    moved = nonce and nonce != bytes(row.linked_nonce or b"")
    if moved and reading.is_linked(connection, nonce):
        return Damage(REORDERED, row.seq, row.number, "another linked record stands in its place")
    return Damage(EDITED, row.seq, row.number, "it says something else than when it was linked")


def _size(connection):
    """How many links this server made, or None when the row that says so is not its own."""
    row = reading.state(connection)
    return row.size if row and words.is_ours(words.of_state(row), row.mac) else None
