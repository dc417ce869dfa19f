"""The database: Flask-SQLAlchemy with our naming, UTC times, and SQLite made to behave.

SQLite runs in WAL with foreign keys on; a transaction begins late, and at once for writing
(``BEGIN IMMEDIATE``), because a deferred one that turns to writing is refused under load.
"""

import hashlib
import select as sockets
import sqlite3
from contextlib import contextmanager
from datetime import UTC

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, TypeDecorator, delete, event, select, tuple_
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DisconnectionError

from app.foundation import pools

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# What a session notes of its transaction, while it lasts: that it wrote; on which connection.
WROTE, CONNECTION = "wrote", "connection"


class UtcDateTime(TypeDecorator):
    """An aware UTC moment; a naive one is refused, so no zone is ever guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def metadata():
    """Return an empty ``MetaData`` with our naming of keys and constraints."""
    return MetaData(naming_convention=NAMING)


def make_database(base):
    """Return the Flask-SQLAlchemy extension over ``base``, a house's own declarative base."""
    database = SQLAlchemy(model_class=base, session_options={"expire_on_commit": False})
    _note_writes(database)
    return database


def engine_options(url, terms, name=None):
    """Return ``create_engine`` options for ``url``; errors never print bound values.

    terms: :class:`pools.Terms`. name: of the pool, for :mod:`app.foundation.pools`.
    """
    options = {"hide_parameters": True, "pool_timeout": terms.seconds, "pool_logging_name": name}
    options |= {"poolclass": pools.Counted, "pool_size": terms.size, "max_overflow": terms.size}
    if url.startswith("sqlite"):
        # SQLite hands its lock to whoever asks first, not to who has waited longest.
        options["connect_args"] = {"isolation_level": None, "timeout": terms.seconds + 2}
    else:
        limit = f"-c statement_timeout={terms.seconds * 1000}"
        options["connect_args"] = {"connect_timeout": terms.seconds, "options": limit}
        # Prepared by psycopg, all would be thrown away at each rollback: those of `hot` as well.
        options["connect_args"]["prepare_threshold"] = None
    return options


@contextmanager
def apart(database):
    """Run a short transaction of its own, committed at the end of the block.

    Yields a connection. For what must stay though the request is undone (a counted try). What the
    request was reading ends first, as by :func:`let_go`: who held one connection while waiting for
    another would starve a pool that many do so with.

    Raises RuntimeError: when the request has writes pending, which would wait for each other.
    """
    let_go(database)
    with database.engine.begin() as connection:
        yield connection


@contextmanager
def kept(database):
    """Keep what the block wrote once it is done; undo all of it when it raises.

    For commands and workers, which have no request to do so for them.
    """
    try:
        yield database.session
        database.session.commit()
    except BaseException:
        database.session.rollback()
        raise


def write(database, statement):
    """Execute an UPDATE or DELETE without matching it to loaded objects; return its result.

    For rows that nobody in this request holds as objects, or only to be read before.
    """
    return database.session.execute(statement.execution_options(synchronize_session=False))


def clear(database, model, which, batch):
    """Delete the rows of ``model`` that ``which`` (a condition) finds; return how many.

    ``batch`` rows a transaction, so that nobody waits behind it: run it outside of a request. Rows
    that somebody has locked are left to the next time. ``which`` is asked again of those that are
    locked here: what it finds elsewhere may have changed since.
    """
    columns = model.__table__.primary_key.columns
    some = select(*columns).where(which).limit(batch).with_for_update(skip_locked=True)
    gone, found = 0, batch
    while found == batch:
        with kept(database) as session:
            keys = [tuple(row) for row in session.execute(some)]
            these = delete(model).where(tuple_(*columns).in_(keys), which)
            gone += write(database, these).rowcount
        found = len(keys)
    return gone


def let_go(database):
    """End the request's reading, so that it holds no connection while it waits or computes.

    What was read stays usable.

    Raises RuntimeError: when the request has writes pending, which only its answer may keep.
    """
    if is_writing(database):
        raise RuntimeError("letting go while writes are pending")
    database.session.commit()


def is_writing(database):
    """Has the request written what only its answer will keep?

    On SQLite it then holds the one right to write, and any other connection waits for it in vain.
    """
    session = database.session
    return bool(session.new or session.dirty or session.deleted or session.info.get(WROTE))


def _note_writes(database):
    @event.listens_for(database.session, "after_flush")
    def flushed(session, _context):
        session.info[WROTE] = True

    @event.listens_for(database.session, "do_orm_execute")
    def executed(state):
        if state.is_insert or state.is_update or state.is_delete:
            state.session.info[WROTE] = True

    @event.listens_for(database.session, "after_transaction_end")
    def ended(session, transaction):
        if transaction.parent is None:  # a flush ends one of its own inside the request's
            session.info.pop(WROTE, None)
            session.info.pop(CONNECTION, None)


@event.listens_for(Engine, "connect")
def _connect(connection, _record):
    if isinstance(connection, sqlite3.Connection):
        prepare_sqlite(connection)


def prepare_sqlite(connection):
    """Set what every SQLite connection of ours needs, and give it PostgreSQL's words for hashes."""
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("sha256", 1, _sha256, deterministic=True)
    connection.create_function("convert_to", 2, _convert_to, deterministic=True)


def _sha256(raw):
    return None if raw is None else hashlib.sha256(raw).digest()


def _convert_to(text, encoding):
    return None if text is None else text.encode(encoding)


@event.listens_for(Engine, "checkout")
def _hear(connection, record, _borrowed):
    """Take another connection when PostgreSQL has hung up on this one: it costs no round trip.

    Nothing is to be read on an idle connection, unless its server went or has news of itself.
    """
    if not isinstance(connection, psycopg.Connection):
        return
    known = record.info.get("poll")
    if known is None:  # just connected
        known = record.info["poll"] = sockets.poll()
        known.register(connection.fileno(), sockets.POLLIN)
    elif known.poll(0):
        raise DisconnectionError("the server has hung up")


@event.listens_for(Engine, "before_cursor_execute")
def _begin_late(connection, cursor, statement, _parameters, context, _many):
    raw = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection) or raw.in_transaction:
        return
    compiled = getattr(context, "compiled", None)
    locks = getattr(getattr(compiled, "statement", None), "_for_update_arg", None) is not None
    reads = statement.lstrip()[:7].upper().startswith(("SELECT", "PRAGMA", "EXPLAIN"))
    if locks or not reads:
        cursor.execute("BEGIN IMMEDIATE")
