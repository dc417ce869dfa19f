"""The database: naming, moments, and SQLite made to behave under threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from app.foundation import clock, database
from tests.foundation.conftest import Base, Thing, db
from tests.support.marks import asvs

TRIES = 400


def in_threads(app, deed, times=TRIES):
    """Run ``deed`` so often in 20 threads, each in a context of its own; return its answers."""

    def once(number):
        with app.app_context():
            return deed(number)

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(once, range(times)))


@pytest.fixture
def counter(thing_house):
    """A thing that counts, at 0."""
    with thing_house.app_context():
        db.session.add(Thing(name="counter"))
        db.session.commit()
    return thing_house


def count(app):
    """Return how far the counter came."""
    with app.app_context():
        return db.session.get(Thing, "counter").count


def test_400_threads_that_read_under_a_row_lock_and_write_lose_nothing(counter):
    def add(_number):
        thing = db.session.scalar(select(Thing).where(Thing.name == "counter").with_for_update())
        thing.count += 1
        db.session.commit()

    in_threads(counter, add)

    assert count(counter) == TRIES


def test_400_single_updates_at_once_lose_nothing(counter):
    def add(_number):
        db.session.execute(update(Thing).values(count=Thing.count + 1))
        db.session.commit()

    in_threads(counter, add)

    assert count(counter) == TRIES


def test_a_try_counted_apart_never_waits_for_its_own_request(counter):
    def try_then_write(number):
        db.session.scalar(select(func.count()).select_from(Thing))
        with database.apart(db) as connection:
            counted = update(Thing.__table__).where(Thing.name == "counter")
            connection.execute(counted.values(count=Thing.count + 1))
        db.session.add(Thing(name=f"thing {number}"))
        db.session.commit()

    in_threads(counter, try_then_write, times=60)

    assert count(counter) == 60


def test_a_request_that_counts_apart_holds_one_connection_and_no_second(counter):
    with counter.app_context():
        db.session.scalar(select(func.count()).select_from(Thing))
        with database.apart(db):
            held = db.engine.pool.checkedout()

    assert held == 1  # else as many requests as connections wait for each other


def test_a_connection_that_the_server_hung_up_is_replaced_unasked(thing_house):
    with thing_house.app_context():
        if db.engine.dialect.name == "sqlite":
            return
        pid = db.session.scalar(text("SELECT pg_backend_pid()"))
        db.session.commit()
        with db.engine.connect() as first, db.engine.connect() as other:
            assert first.scalar(text("SELECT pg_backend_pid()")) == pid
            first.rollback()
            other.execute(text("SELECT pg_terminate_backend(:pid, 60000)"), {"pid": pid})

        assert db.session.scalar(text("SELECT pg_backend_pid()")) != pid


@asvs("16.2.2")
def test_moments_come_back_aware_and_in_utc(thing_house):
    there = timezone(timedelta(hours=-3))
    given = datetime(2026, 11, 20, 9, 30, 15, 123456, tzinfo=there)
    with thing_house.app_context():
        db.session.add(Thing(name="a", seen_at=given))
        db.session.commit()
    with thing_house.app_context():
        read = db.session.get(Thing, "a").seen_at

    assert read == given
    assert read.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(thing_house):
    with thing_house.app_context():
        db.session.add(Thing(name="a", seen_at=datetime(2026, 11, 20)))

        with pytest.raises(StatementError, match="without a zone"):
            db.session.flush()


def test_a_database_error_never_prints_what_was_bound(thing_house):
    with thing_house.app_context():
        db.session.add(Thing(name="hunter2"))
        db.session.commit()
        db.session.add(Thing(name="hunter2"))

        with pytest.raises(IntegrityError) as caught:
            db.session.flush()

    assert "[SQL parameters hidden" in str(caught.value)


def test_keys_and_constraints_are_named_alike_on_both_databases():
    assert Thing.__table__.primary_key.name == "pk_things"
    assert Base.metadata.naming_convention["fk"].startswith("fk_")


def test_sqlite_checks_foreign_keys_and_writes_ahead(thing_house, database_kind):
    if database_kind != "sqlite":
        return
    with thing_house.app_context():
        assert db.session.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert db.session.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_what_is_kept_by_a_command_is_kept_whole_or_not_at_all(thing_house):
    with thing_house.app_context():
        with database.kept(db) as session:
            session.add(Thing(name="kept"))
        with pytest.raises(IntegrityError), database.kept(db) as session:
            session.execute(insert(Thing).values([{"name": "undone"}, {"name": "undone"}]))

        assert set(db.session.scalars(select(Thing.name))) == {"kept"}


def test_letting_go_gives_the_connection_back_and_keeps_what_was_read(thing_house):
    with thing_house.app_context():
        db.session.add(Thing(name="a", seen_at=clock.now()))
        db.session.commit()
        thing = db.session.get(Thing, "a")

        database.let_go(db)

        assert not db.session().in_transaction()
        assert thing.name == "a"
