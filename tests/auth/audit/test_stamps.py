"""Stamps: what we wrote is known again, and nothing that anybody slipped in or changed."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import select, text

from app.auth.audit import events, stamps, trail
from app.auth.audit.models import AuditRecord, QueuedRecord
from app.auth.database import db, hot
from app.foundation.database import kept
from app.foundation.hot import Chain
from app.foundation.sealing import Ring, new_key
from tests.auth import persons
from tests.support.marks import abuse, mission

CHANGED = {
    "at": lambda row: row.at + timedelta(microseconds=1),
    "event": lambda row: events.ROLE_GIVEN,
    "actor": lambda row: events.OPERATOR,
    "subject": lambda row: "somebody else",
    "request_id": lambda row: "0123456789abcdef",
    "data": lambda row: '{"a":2}',
    "nonce": lambda row: b"n" * 16,
    "mac": lambda row: b"m" * 32,
}


class _Won(NamedTuple):
    sub: str


class _Row(NamedTuple):
    """A record that can be changed, as no row can."""

    at: object
    event: str
    actor: str
    subject: str | None
    request_id: str | None
    data: str | None
    nonce: bytes
    mac: bytes

    @property
    def _mapping(self):
        return self._asdict()


def rows():
    """Return the records as rows, in order."""
    columns = [getattr(AuditRecord, name) for name in _Row._fields]
    found = db.session.execute(select(*columns).order_by(AuditRecord.seq)).all()
    return [_Row(*row) for row in found]


def write_in_every_way(user):
    """Write a record by each verb of the trail."""
    trail.record_apart(events.SIGN_IN_FAILED, actor=events.NOBODY, subject=None, data={"a": "ç"})
    with kept(db):
        trail.record(events.ROLE_GIVEN, actor=user.sub, subject=user.sub, data={"a": 1})
        trail.record(events.KEY_CREATED, actor=events.SYSTEM, subject=None)
        trail.record_each(events.ROLE_GIVEN, [user.sub, "não é ele"], actor=events.OPERATOR)
    chain = Chain("SELECT sub FROM users WHERE id = :id", _Won, trail.link("won.sub"))
    hot.run(chain, id=user.id, **trail.values(events.TOKEN_REVOKED, actor="c", data={"n": 1}))
    chain = Chain("SELECT sub FROM users WHERE id = :id", _Won, trail.link(":whom"))
    values = trail.values(events.TOKEN_REVOKED, actor="c")
    hot.run(chain, id=user.id, whom="o-çã", **values)
    with kept(db):
        hot.within(chain, id=user.id, whom="x", **trail.values(events.TOKEN_REVOKED, actor="c"))


@mission("S87")
def test_every_way_to_write_a_record_stamps_it_and_queues_it_to_be_linked(auth_context):
    user = persons.open_account()

    write_in_every_way(user)

    found = rows()
    assert len(found) == 9
    assert all(stamps.hold(row) for row in found)
    assert len({row.nonce for row in found}) == 9
    queued = db.session.scalars(select(QueuedRecord.seq).order_by(QueuedRecord.seq)).all()
    assert queued == db.session.scalars(select(AuditRecord.seq).order_by(AuditRecord.seq)).all()


@mission("S87")
@abuse("G-01")
@pytest.mark.parametrize("column", CHANGED)
def test_the_stamp_covers_every_word(auth_context, column):
    with kept(db):
        trail.record(events.CONSENT_GIVEN, actor="ana", subject="shop", data={"a": 1})
    [row] = rows()

    assert not stamps.hold(row._replace(**{column: CHANGED[column](row)}))
    assert not stamps.hold(row._replace(**{column: None})) or getattr(row, column) is None
    assert stamps.hold(row)


def test_about_nobody_is_not_about_one_without_a_name(auth_context):
    with kept(db):
        trail.record(events.KEY_CREATED, actor=events.SYSTEM, subject=None)
    [row] = rows()

    assert not stamps.hold(row._replace(subject=""))


def test_what_was_stamped_under_an_older_sealing_key_is_known_as_long_as_that_opens(auth_context):
    with kept(db):
        trail.record(events.KEY_CREATED, actor=events.SYSTEM, subject="key")
    [row] = rows()
    old = auth_context.config["SEALING_KEYS"]

    auth_context.extensions["sealing"] = Ring.from_setting(f"new:{new_key()},{old}")
    assert stamps.hold(row)
    auth_context.extensions["sealing"] = Ring.from_setting(f"new:{new_key()}")
    assert not stamps.hold(row)


@abuse("G-01")
def test_a_row_slipped_in_by_hand_is_queued_and_does_not_hold(auth_context):
    with kept(db):
        trail.record(events.ROLE_GIVEN, actor="boss", subject="ana", data={"role": "user"})
        db.session.flush()
        db.session.execute(
            text(
                "INSERT INTO audit_records (at, event, actor, subject, data, nonce, mac)"
                " SELECT at, event, actor, 'eva', data, nonce, mac FROM audit_records"
            )
        )

    assert [stamps.hold(row) for row in rows()] == [True, False]
    assert len(db.session.scalars(select(QueuedRecord.seq)).all()) == 2
