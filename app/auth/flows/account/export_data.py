"""A copy of all we know of a person, for them to take along (LGPD art. 18 V).

Every table that refers to a person, or to what is theirs, is in it, whichever room it is of, less
what would open something: digests, hashes and what is sealed. Their papers are opened for them.
"""

from datetime import date, datetime

from sqlalchemy import select

from app.auth.accounts import lookup, papers
from app.auth.accounts.models import User
from app.auth.audit import events, reading, trail
from app.auth.database import Base, db
from app.auth.deeds import told as answered
from app.auth.deeds.models import Approval
from app.foundation import clock

CLOSED = ("_digest", "_hash", "_sealed", "_index")  # columns that never leave, by how they end
OF_OTHERS = {"looks.session_id"}  # whoever looked has their own browser


def of(user_id):
    """Return everything about the person as plain values for JSON, and note that it was taken."""
    user = lookup.by_id(user_id)
    told = {
        "exported_at": _plain(clock.now()),
        "person": _row(User.__table__, _one(user_id)) | {"id": user.sub} | _papers(user),
        "held": {table.name: _rows(table, user_id) for table in tables()},
        "activity": [_line(line) for line in reading.everything(user.sub)],
    }
    trail.record(events.DATA_EXPORTED, actor=user.sub, subject=user.sub)
    return told


def tables():
    """Return every table whose rows are a person's."""
    return [table for table in Base.metadata.sorted_tables if _whose(table, 0) is not None]


def _whose(table, user_id):
    """SQL: this row is the person's, or refers to a row that is; None: no row is anybody's."""
    named = table.c.get("user_id")
    if named is not None and not named.foreign_keys:  # it outlives the person's own row
        return named == user_id
    for key in table.foreign_keys:
        if key.column.table is User.__table__:
            return key.parent == user_id
    for key in table.foreign_keys:
        theirs = _whose(key.column.table, user_id)
        if theirs is not None:
            return key.parent.in_(select(key.column).where(theirs))
    return None


def _one(user_id):
    table = User.__table__
    return db.session.execute(select(table).where(table.c.id == user_id)).one()


def _rows(table, user_id):
    mine = db.session.execute(select(table).where(_whose(table, user_id))).all()
    return [_row(table, row) for row in mine]


def _row(table, row):
    names = [c.name for c in table.columns if _may_leave(c)]
    told = {name: _plain(row._mapping[table.c[name]]) for name in names}
    return told | answered.of(row)._asdict() if table is Approval.__table__ else told


def _may_leave(column):
    return not column.name.endswith(CLOSED) and str(column) not in OF_OTHERS


def _papers(user):
    return {kind: papers.read(user, kind) for kind in papers.KINDS}


def _line(line):
    return {"at": _plain(line.at), "event": line.event, "about": line.subject, **line.data}


def _plain(value):
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value
