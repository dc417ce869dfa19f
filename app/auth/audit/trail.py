"""Writing the record: append only, in the deed's own transaction (decisions §8, ASVS 16.2.1).

``actor`` and ``subject`` are public identifiers: a person's ``sub``, a client, session, grant or
key id, :data:`events.SYSTEM` or :data:`events.NOBODY`. ``data`` says the rest in a few words,
never a secret and nothing about a person.
"""

import json
from contextlib import contextmanager
from contextvars import ContextVar

from flask import g, has_app_context
from sqlalchemy import insert

from app.auth.audit import events, stamps
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.foundation import clock, database

_LINK = """
    INSERT INTO audit_records (at, event, actor, subject, request_id, data, nonce, mac)
    SELECT :audit_at, :audit_event, :audit_actor, {subject}, :audit_request, :audit_data,
      :audit_nonce, {mac}
    FROM won
"""


_second = ContextVar("second", default=None)


@contextmanager
def seconded(**names):
    """Let every record of the block tell ``names`` too: who asked for it and who approved."""
    before = _second.set(names)
    try:
        yield
    finally:
        _second.reset(before)


def link(subject):
    """Return the SQL that follows the deciding statement of a `hot.Chain`.

    The event is recorded exactly when that statement won. subject: the column of ``won``, or the
    parameter, that names it: never null. :func:`values` gives the other parameters.
    """
    if subject.startswith(":"):
        subject = f"CAST({subject} AS varchar)"  # PostgreSQL asks for one kind wherever it stands
    return _LINK.format(subject=subject, mac=stamps.SQL.format(subject=subject))


def record(event, *, actor, subject, data=None):
    """Add one record to the caller's transaction: kept with the deed, undone with it."""
    db.session.add(AuditRecord(**_stamped(event, actor, subject, data)))


def record_each(event, subjects, *, actor, data=None):
    """Add one record for each of ``subjects``, whom one deed befell alike, in one statement."""
    rows = [_stamped(event, actor, subject, data) for subject in subjects]
    if rows:
        db.session.execute(insert(AuditRecord.__table__), rows)


def record_apart(event, *, actor, subject, data=None):
    """Add one record in a transaction of its own: kept though the request is refused.

    Raises RuntimeError: when the request has writes pending.
    """
    with database.apart(db) as connection:
        connection.execute(insert(AuditRecord).values(**_stamped(event, actor, subject, data)))


def values(event, *, actor, data=None):
    """Return the parameters of :func:`link`."""
    columns = _columns(event, actor, data)
    nonce, key = stamps.begin(columns, named=True)
    columns["request"] = columns.pop("request_id")
    columns |= {"nonce": nonce, "key": key}
    return {f"audit_{name}": value for name, value in columns.items()}


def _stamped(event, actor, subject, data):
    columns = _columns(event, actor, data) | {"subject": subject}
    return columns | stamps.make(columns)


def _columns(event, actor, data):
    if event not in events.CATALOGUE:
        raise ValueError(f"not in the catalogue of events: {event}")
    if names := _second.get():
        data = {**(data or {}), **names}
    return {
        "at": clock.now(),
        "event": event,
        "actor": actor,
        "request_id": _request_id(),
        "data": data and json.dumps(data, sort_keys=True, separators=(",", ":")),
    }


def _request_id():
    return g.get("request_id") if has_app_context() else None
