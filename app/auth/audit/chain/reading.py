"""Read the chain with its records, as of one moment: for who checks it, and for who exports it."""

from sqlalchemy import exists, func, select

from app.auth.audit.chain import words
from app.auth.audit.chain.models import Head, Link, State
from app.auth.audit.models import AuditRecord, QueuedRecord
from app.foundation import snapshot

_COLUMNS = [getattr(AuditRecord, name) for name in words.COLUMNS]
_LINK = [Link.number, Link.seq.label("linked_seq"), Link.nonce.label("linked_nonce"), Link.leaf]
_LINKED = select(*_LINK, Link.hash, Link.mac.label("link_mac"), *_COLUMNS).outerjoin(
    AuditRecord, AuditRecord.seq == Link.seq
)


def links(connection, start=0):
    """Yield each link from number ``start`` on, with the columns of its record.

    Those are None when the record is gone.
    """
    return snapshot.rows(connection, _LINKED.where(Link.number >= start), Link.number)


def page(connection, start, most):
    """Return the links from number ``start`` on, ``most`` at most, as :func:`links` yields them."""
    mine = _LINKED.where(Link.number >= start).order_by(Link.number).limit(most)
    return connection.execute(mine).all()


def lost(connection):
    """Yield each link whose record is gone."""
    return snapshot.rows(connection, _LINKED.where(AuditRecord.seq.is_(None)), Link.number)


def unlinked(connection):
    """Yield each record that has no link; ``queued`` is None when it does not wait for one."""
    mine = select(AuditRecord.seq, *_COLUMNS[1:], QueuedRecord.seq.label("queued"))
    mine = mine.outerjoin(QueuedRecord, QueuedRecord.seq == AuditRecord.seq)
    lonely = mine.where(~exists().where(Link.seq == AuditRecord.seq))
    return snapshot.rows(connection, lonely, AuditRecord.seq)


def heads(connection):
    """Yield each signed head, the oldest first."""
    return snapshot.rows(connection, select(Head.id, Head.size, Head.signed, Head.mac), Head.id)


def state(connection):
    """Return the chain's own row, or None."""
    return connection.execute(select(State.size, State.last, State.peaks, State.mac)).first()


def count(connection):
    """Return how many links there are."""
    return connection.scalar(select(func.count()).select_from(Link))


def is_linked(connection, nonce):
    """Is a record of this ``nonce`` linked?"""
    return connection.scalar(select(exists().where(Link.nonce == nonce)))


def has_stamped(connection):
    """Is any record linked that has a stamp? The records are asked, whose leaves cover it."""
    mine = exists().where(Link.seq == AuditRecord.seq, AuditRecord.nonce.is_not(None))
    return connection.scalar(select(mine))


def first_copy(connection):
    """Return the number of the first link whose record has the nonce of one before it, or None.

    The database sorts them: a set of them would not fit into memory.
    """
    turn = func.row_number().over(partition_by=AuditRecord.nonce, order_by=Link.number)
    each = select(Link.number, turn.label("turn")).join(AuditRecord, AuditRecord.seq == Link.seq)
    mine = each.where(AuditRecord.nonce.is_not(None)).subquery()
    return connection.scalar(select(func.min(mine.c.number)).where(mine.c.turn > 1))


def is_last_there(connection, number):
    """Is no record there that is linked after ``number``?"""
    later = exists().where(AuditRecord.seq == Link.seq)
    return not connection.scalar(select(exists().where(Link.number > number, later)))
