"""Link the records that wait: beside the requests, which never queue for the chain.

Many workers may ask; one links, the others find nothing to do. A record whose stamp does not hold
is never linked: it is told of, and looked at again each minute, because a worker that was not
restarted may not know a new sealing key yet.
"""

from datetime import timedelta

from sqlalchemy import delete, insert, or_, select, update

from app.auth.audit import stamps, tallies
from app.auth.audit.chain import reading, state, words
from app.auth.audit.chain.models import Link, Node
from app.auth.audit.models import AuditRecord, QueuedRecord
from app.auth.database import db
from app.foundation import clock, merkle
from app.foundation.database import kept
from app.foundation.logs import log

BATCH = 500  # records a transaction; SQLite lets nobody else write meanwhile
AGAIN = timedelta(minutes=1)
_RECORD = [getattr(AuditRecord, name) for name in words.COLUMNS]


def link_due():
    """Link a batch of what waits; return how many were looked at, at most :data:`BATCH`.

    0 too when another worker is at it. Keeps its own work. Raises Changed.
    """
    waiting = _waiting()
    if not waiting and not _is_stale():
        return 0
    with kept(db):
        state.begin()
        chain = state.locked()
        if chain is None:
            return 0
        rows = _waiting()
        good, refused = _sorted(rows)
        if good or not chain.fresh:
            _link(chain, good)
        _refuse(refused)
    return len(rows)


def _waiting():
    refused = QueuedRecord.refused_at
    mine = select(*_RECORD, refused.is_not(None).label("is_told"))
    mine = mine.join(QueuedRecord, QueuedRecord.seq == AuditRecord.seq)
    fresh = mine.where(refused.is_(None)).order_by(QueuedRecord.seq).limit(BATCH)
    rows = db.session.execute(fresh).all()
    if len(rows) < BATCH:
        now = clock.now()
        # One that is dated in the future was not refused by us: it is not kept waiting till then.
        again = mine.where(or_(refused < now - AGAIN, refused > now))
        rows += db.session.execute(again.order_by(QueuedRecord.seq).limit(BATCH - len(rows))).all()
    return rows


def _is_stale():
    """Is the chain vouched for under a sealing key that is no longer the first?"""
    row = db.session.get(state.State, 1)
    return row is not None and not words.is_fresh(words.of_state(row), row.mac)


def _sorted(rows):
    """Divide the rows into what we wrote and what we did not, or have linked already."""
    nonces = [row.nonce for row in rows if row.nonce is not None]
    seqs = [row.seq for row in rows]
    known = select(Link.nonce, Link.seq).where(or_(Link.nonce.in_(nonces), Link.seq.in_(seqs)))
    found = db.session.execute(known).all()
    seen, linked = {bytes(row.nonce) for row in found if row.nonce}, {row.seq for row in found}
    young = None  # nothing stamped was linked yet: what was written before stamps were may be
    good, refused = [], []
    for row in rows:
        if row.nonce is None and row.mac is None:
            young = not reading.has_stamped(db.session) if young is None else young
            holds = young
        else:
            holds = bytes(row.nonce or b"") not in seen and stamps.hold(row)
            young = False if holds else young
        leaf = words.leaf(row) if holds and row.seq not in linked else None
        if leaf:
            seen.add(bytes(row.nonce or b""))
            good.append((row, leaf))
        else:
            refused.append(row)
    return good, refused


def _link(chain, rows):
    size, last, peaks, links, nodes = chain.size, chain.last, chain.peaks, [], []
    for row, leaf in rows:
        last = words.link(last, leaf)
        mac = words.vouch(words.of_link(size, last))
        links.append(
            {"number": size, "seq": row.seq, "nonce": row.nonce, "leaf": leaf, "hash": last}
            | {"mac": mac}
        )
        peaks, complete = merkle.grow(size, peaks, leaf)
        nodes += [dict(zip(("level", "position", "hash"), part, strict=True)) for part in complete]
        size += 1
    if links:
        db.session.execute(insert(Link.__table__), links)
        done = QueuedRecord.seq.in_([row.seq for row, _ in rows])
        db.session.execute(delete(QueuedRecord.__table__).where(done))
    if nodes:
        db.session.execute(insert(Node.__table__), nodes)
    tallies.add([row for row, _ in rows])
    state.move(size, last, peaks)


def _refuse(rows):
    seqs = [row.seq for row in rows]
    if seqs:
        mine = update(QueuedRecord.__table__).where(QueuedRecord.seq.in_(seqs))
        db.session.execute(mine.values(refused_at=clock.now()))
    for row in rows:
        if not row.is_told:
            log.error("a record that is not ours", seq=row.seq)
