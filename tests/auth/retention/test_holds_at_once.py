"""A hold that is placed while something is being erased: whatever it stands on stays."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import delete, event, insert

from app.auth import housekeeping
from app.auth.accounts import closing, lookup
from app.auth.accounts.models import User
from app.auth.database import db
from app.auth.retention import person_keys
from app.auth.retention.models import LegalHold, PersonKey
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import persons
from tests.support.marks import mission


@pytest.fixture
def ana(held_clock, auth_app, auth_context):
    """Ana, of whom something is sealed."""
    user = persons.open_account()
    with kept(db):
        person_keys.seal(user.sub, b"deed", "approvals/1/told_sealed")
    return user


def erased(ana):
    """Erase her whose account was closed."""
    with kept(db):
        return closing.erase(ana.id)


def forgotten(ana):
    """Destroy the key of her who was erased."""
    with kept(db):
        return closing.forget(ana.sub, clock.now())


def unproved(ana):
    """Delete her who never proved her address."""
    return housekeeping.run(30)["unproved_people"]


DUE = {
    erased: {"closes_at": clock.now},
    forgotten: {"closes_at": clock.now, "status": lambda: "closed"},
    unproved: {"must_prove": lambda: "email"},
}


@contextmanager
def placed_once_locked(sub):
    """A hold is placed by somebody else, and kept, as soon as the row is locked."""
    placed, engine = [], db.engine
    row = {"id": "hld_1", "sub": sub, "reason_sealed": b"", "placed_at": clock.now()}

    def place(_connection, _cursor, statement, *_):
        if not placed and "FOR UPDATE" in statement and statement.startswith("SELECT users."):
            placed.append(row)
            with engine.begin() as other:
                other.execute(insert(LegalHold.__table__).values(row))

    event.listen(engine, "after_cursor_execute", place)
    try:
        yield placed
    finally:
        event.remove(engine, "after_cursor_execute", place)


@mission("S118")
@pytest.mark.parametrize("deed", DUE)
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_hold_that_came_while_the_row_was_being_locked_is_seen(held_clock, ana, deed):
    with kept(db):
        for name, value in DUE[deed].items():
            setattr(lookup.held(ana.id), name, value())
    held_clock.shift(timedelta(days=30))

    with placed_once_locked(ana.sub) as placed:
        assert not deed(ana)

    assert placed
    assert db.session.get(User, ana.id)
    assert db.session.get(PersonKey, ana.sub)
    with kept(db):
        db.session.execute(delete(LegalHold))
    assert deed(ana)
