"""Hot statements: the same rows as the ORM, whole or not at all, honest when the store is away."""

import signal
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError as OrmIntegrityError

from app.foundation import clock, database
from app.foundation.hot import Chain, Statement
from app.foundation.problems import Unavailable
from tests.foundation.conftest import Row, Thing, build, db, furnish, hot, names
from tests.support import houses, parts, services
from tests.support.marks import asvs

COLUMNS = "name, count, seen_at, live"
INSERT = Statement(f"INSERT INTO things ({COLUMNS}) VALUES (:name, :count, :seen_at, :live)")
FIND = Statement(f"SELECT {COLUMNS} FROM things WHERE name = :name", Row)
TAKE = Chain(
    f"UPDATE things SET live = false WHERE name = :name AND live RETURNING {COLUMNS}",
    Row,
    f"INSERT INTO things ({COLUMNS})"
    " SELECT won.name || :suffix, won.count + 1, won.seen_at, true FROM won",
    f"INSERT INTO things ({COLUMNS}) SELECT :record, 0, :at, true FROM won",
)


@pytest.fixture
def context(thing_house):
    """A context with one thing in the database."""
    with thing_house.app_context():
        hot.run(INSERT, name="a", count=3, seen_at=clock.now(), live=True)
        yield thing_house


def take(name="a", suffix=" next", record="record"):
    return hot.run(TAKE, name=name, suffix=suffix, record=record, at=clock.now())


def orm(name):
    """Return what the ORM says of a thing, as a Row."""
    db.session.rollback()
    db.session.expire_all()
    thing = db.session.get(Thing, name)
    return thing and Row(thing.name, thing.count, thing.seen_at, thing.live)


def test_a_statement_reads_what_the_orm_reads(context):
    assert hot.first(FIND, name="a") == orm("a")
    assert hot.first(FIND, name="a").seen_at.tzinfo is not None
    assert hot.first(FIND, name="a").live is True


def test_a_statement_finds_nothing_where_nothing_is(context):
    assert hot.run(FIND, name="nobody") == []
    assert hot.first(FIND, name="nobody") is None


def test_a_chain_does_all_of_it_and_returns_what_its_first_statement_won(context):
    before = orm("a")

    won = take()

    assert won == [before._replace(live=False)]
    assert orm("a next") == before._replace(name="a next", count=4)
    assert orm("record").count == 0


def test_a_chain_whose_first_statement_wins_nothing_does_nothing(context):
    take()

    assert take(suffix=" again", record="second") == []
    assert names(context) == {"a", "a next", "record"}


def test_a_chain_that_fails_in_a_later_statement_keeps_nothing(context):
    hot.run(INSERT, name="taken", count=0, seen_at=None, live=True)

    with pytest.raises((psycopg.IntegrityError, OrmIntegrityError, Exception)) as caught:
        take(record="taken")

    assert "ntegrity" in type(caught.value).__name__ or "nique" in type(caught.value).__name__
    assert orm("a").live is True
    assert names(context) == {"a", "taken"}


def test_of_100_chains_at_once_exactly_one_wins(context):
    def once(number):
        with context.app_context():
            return len(take(record=f"record {number}"))

    with ThreadPoolExecutor(20) as pool:
        won = list(pool.map(once, range(100)))

    assert sum(won) == 1
    assert len(names(context)) == 3


def test_what_a_hot_statement_wrote_is_there_for_the_orm_at_once(context):
    hot.run(INSERT, name="b", count=1, seen_at=None, live=False)

    assert set(db.session.scalars(select(Thing.name))) == {"a", "b"}


@pytest.fixture
def server(tmp_path_factory):
    """A PostgreSQL of this test's own, to be taken away and given back."""
    folder = tmp_path_factory.mktemp("pg")
    own = services.PostgreSQL(f"/tmp/portaria-own-{folder.parent.name}-{id(folder)}")
    try:
        own.start()
    except services.Missing as why:
        parts.missing("postgresql", why)
    yield own
    own.remove()


def test_with_the_database_away_the_answer_is_unavailable_and_it_heals_by_itself(server):
    app = furnish(build(), server.url, pool_size=4)
    with app.app_context():
        db.create_all()
        hot.run(INSERT, name="a", count=3, seen_at=None, live=True)
        db.session.remove()

        server.stop(signal.SIGINT)
        for _ in range(3):
            with pytest.raises(Unavailable):
                hot.first(FIND, name="a")
        server.start()

        assert hot.first(FIND, name="a").count == 3
        assert take(name="a")
    houses.close(app)


@asvs("16.5.2")
def test_with_the_database_away_a_page_answers_503_and_it_heals_by_itself(server):
    app = furnish(build(), server.url, pool_size=4)
    app.add_url_rule("/", "count", lambda: str(len(db.session.scalars(select(Thing)).all())))
    with app.app_context():
        db.create_all()
    client = app.test_client()
    assert client.get("/").text == "0"

    server.stop(signal.SIGINT)
    away = client.get("/")
    server.start()

    assert away.status_code == 503
    assert away.headers["Retry-After"] == "1"
    assert client.get("/").text == "0"
    houses.close(app)


def test_within_the_requests_transaction_it_is_kept_or_undone_with_it(context):
    for name in ("kept", "undone"):
        hot.within(INSERT, name=name, count=1, seen_at=clock.now(), live=True)
        assert database.is_writing(db)
        assert hot.first_within(FIND, name=name).count == 1
        assert db.session.get(Thing, name).count == 1  # the ORM is in the same transaction
        db.session.commit() if name == "kept" else db.session.rollback()
        assert not database.is_writing(db)

    assert (hot.first(FIND, name="kept").count, hot.first(FIND, name="undone")) == (1, None)


def test_a_chain_within_is_kept_or_undone_with_the_request(context):
    hot.within(INSERT, name="b", count=7, seen_at=clock.now(), live=True)
    told = {"suffix": " next", "record": "record", "at": clock.now()}

    [won] = hot.within(TAKE, name="b", **told)

    assert (won.count, won.live) == (7, False)
    assert hot.first_within(FIND, name="b next").count == 8
    assert hot.within(TAKE, name="b", **told) == []
    db.session.rollback()
    assert [hot.first(FIND, name=name) for name in ("b", "b next", "record")] == [None] * 3


def test_reading_within_writes_nothing(context):
    assert hot.first_within(FIND, name="a") == hot.first(FIND, name="a")
    assert not database.is_writing(db)


def test_what_is_prepared_outlives_every_way_a_transaction_ends(context):
    for number in range(12):
        hot.within(INSERT, name=f"n{number}", count=1, seen_at=clock.now(), live=True)
        for _ in range(6):  # so often that a driver would prepare it
            db.session.execute(select(Thing).where(Thing.count == 3)).all()
        if number % 3 == 0:
            db.session.add(Thing(name="a", count=0, seen_at=clock.now(), live=True))
            with pytest.raises(OrmIntegrityError):
                db.session.flush()
            db.session.rollback()
        db.session.commit() if number % 2 else db.session.rollback()

    assert hot.first(FIND, name="n11")
    assert not hot.first(FIND, name="n10")


def test_a_connection_lost_within_is_told_and_the_next_request_has_another(context):
    if db.engine.dialect.name == "sqlite":
        return
    hot.within(INSERT, name="lost", count=1, seen_at=clock.now(), live=True)
    pid = db.session.execute(text("SELECT pg_backend_pid()")).scalar()
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    with pytest.raises(Unavailable):
        hot.within(FIND, name="a")
    db.session.rollback()

    assert hot.first_within(FIND, name="lost") is None
    assert hot.first_within(FIND, name="a").count == 3
