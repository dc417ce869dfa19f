"""A great many rows that are over go a batch at a time, and nobody waits behind them (F31)."""

import os
import threading
import time
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import bindparam, event, func, insert, select, text, update

from app.auth import housekeeping
from app.auth.database import db
from app.auth.replays.models import ReplayMark
from app.auth.tokens.models import RevokedToken
from app.foundation import clock
from app.foundation.database import UtcDateTime, kept
from tests.support import services
from tests.support.marks import abuse

ROWS = 1_000_000 if os.environ.get("SOAK") else 10_000
PART = 25_000  # rows a statement of this test
LONGEST = 5.0  # seconds that somebody else's write may take meanwhile: no disk stutters so long

_FILL = text(
    "INSERT INTO revoked_tokens (name, expires_at)"
    " WITH RECURSIVE n(i) AS"
    " (SELECT CAST(:first AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
    " SELECT 'jti:old' || i, :at FROM n"
).bindparams(bindparam("at", type_=UtcDateTime))
MINE = update(RevokedToken).where(RevokedToken.name == "jti:live")


def fill(rows):
    """Put so many tokens in the list that expired an hour ago."""
    at = clock.now() - timedelta(hours=1)
    for first in range(0, rows, PART):
        last = min(first + PART, rows) - 1
        with kept(db):
            db.session.execute(_FILL, {"first": first, "last": last, "at": at})


def keep_one():
    """Put a token in the list that is over in an hour: the row that others write."""
    with kept(db):
        later = clock.now() + timedelta(hours=1)
        db.session.execute(insert(RevokedToken), [{"name": "jti:live", "expires_at": later}])


class Writer(threading.Thread):
    """Somebody who writes into the same table all the while, and how long it took at worst."""

    def __init__(self, app):
        super().__init__(daemon=True)
        self._app, self._ended = app, threading.Event()
        self.longest, self.writes = 0.0, 0

    def run(self):
        """Write until :meth:`end`."""
        with self._app.app_context():
            while not self._ended.is_set():
                began = time.monotonic()
                with kept(db):
                    db.session.execute(MINE.values(expires_at=clock.now() + timedelta(hours=1)))
                self.longest = max(self.longest, time.monotonic() - began)
                self.writes += 1
                time.sleep(0.002)

    def end(self):
        """Write no more."""
        self._ended.set()
        self.join(30)


def impatient():
    """Write into the same table as somebody who waits for nobody; return how many rows it has."""
    with db.engine.connect() as connection:
        lite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql(
            "PRAGMA busy_timeout = 0" if lite else "SET LOCAL lock_timeout = '1ms'"
        )
        connection.execute(MINE.values(expires_at=clock.now() + timedelta(hours=1)))
        rows = connection.scalar(select(func.count()).select_from(RevokedToken))
        connection.commit()
        connection.invalidate()
    return rows


@abuse("F31")
def test_rows_that_are_over_go_a_batch_at_a_time_and_nobody_waits_behind_one(auth_context):
    keep_one()
    fill(3 * housekeeping.BATCH + 1)
    seen, beside = [], []

    def between(_session):
        seen.append(impatient())

    def during(_connection, _cursor, statement, *_rest):
        if statement.startswith("DELETE FROM revoked_tokens") and db.engine.name == "postgresql":
            beside.append(impatient())  # of SQLite's file there is one writer at a time

    event.listen(db.session, "after_commit", between)
    event.listen(db.engine, "after_cursor_execute", during)
    try:
        housekeeping.run(30)
    finally:
        event.remove(db.session, "after_commit", between)
        event.remove(db.engine, "after_cursor_execute", during)

    steps = [before - after for before, after in pairwise(seen)]
    assert [step for step in steps if step] == [housekeeping.BATCH] * 3 + [1]
    assert seen[-1] == 1
    assert len(beside) == (4 if db.engine.name == "postgresql" else 0)


@abuse("F31")
def test_many_rows_that_are_over_go_while_others_write(auth_context):
    keep_one()
    fill(ROWS)
    writer = Writer(auth_context)
    writer.start()

    began = time.monotonic()
    counts = housekeeping.run(30)
    seconds = time.monotonic() - began
    writer.end()

    print(f"{ROWS} rows in {seconds:.1f} s, the longest write beside it {writer.longest:.3f} s")
    assert counts["revoked_tokens"] == ROWS
    assert db.session.scalars(select(RevokedToken.name)).all() == ["jti:live"]
    assert writer.writes > 3
    assert writer.longest < LONGEST
    assert db.session.scalar(select(func.count()).select_from(ReplayMark)) == 0


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_the_table_does_not_grow_from_round_to_round(auth_context):
    """PostgreSQL clears what was deleted by itself (autovacuum); here it is asked to."""
    sizes, done = [], 0
    for _ in range(6):
        fill(ROWS)
        assert housekeeping.run(30)["revoked_tokens"] == ROWS
        db.session.rollback()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            services.wait_for(partial(nobody_looks, connection, done), "whoever looks elsewhere")
            connection.execute(text("VACUUM revoked_tokens"))
            size = text("SELECT pg_total_relation_size('revoked_tokens')")
            sizes.append(connection.scalar(size))
            done = connection.scalar(text("SELECT txid_current()"))

    assert sizes[5] <= sizes[2] * 1.1, sizes  # pages of an index are free a round later


def nobody_looks(connection, done):
    """Nothing is freed that somebody may still see.

    A row: in its own database. A page of an index: in any, so others of this server's must have
    begun after the round before, whose last transaction was ``done``.
    """
    here = "datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL"
    before = "greatest(age(backend_xmin), age(backend_xid)) > txid_current() - :done"
    query = f"SELECT count(*) FROM pg_stat_activity WHERE ({here}) OR (:done > 0 AND {before})"
    return connection.scalar(text(query), {"done": done}) == 0
