"""Hot statements on SQLite: a chain is a transaction that writes from its first word."""

import sqlite3
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import get_args, get_type_hints

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from app.foundation import database
from app.foundation.hot_statements import Statement
from app.foundation.problems import Unavailable

_STORED = "%Y-%m-%d %H:%M:%S.%f"


class SQLite:
    """A small pool of autocommit connections to one file."""

    def __init__(self, url, terms, name):
        options = database.engine_options(url, terms, name)
        self._engine = create_engine(
            url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **options
        )

    def run(self, statement, values):
        """Run a statement or a chain; return its rows. Raises Unavailable."""
        values = {name: _stored(value) for name, value in values.items()}
        try:
            borrowed = self._engine.raw_connection()
        except (SQLAlchemyError, sqlite3.OperationalError) as error:
            raise Unavailable(detail=type(error).__name__) from error
        raw = borrowed.driver_connection
        try:
            if isinstance(statement, Statement):
                return _read(raw, statement, values)
            raw.execute("BEGIN IMMEDIATE")
            rows = _chained(raw, statement, values)
            raw.execute("COMMIT")
            return rows
        except sqlite3.OperationalError as error:
            raise Unavailable(detail=str(error)) from error
        finally:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            borrowed.close()

    @staticmethod
    def within(connection, statement, values):
        """Run a statement or a chain in the transaction of SQLAlchemy's ``connection``.

        Returns its rows. Raises Unavailable.
        """
        raw = connection.connection.driver_connection
        values = {name: _stored(value) for name, value in values.items()}
        try:
            if not statement.reads and not raw.in_transaction:
                raw.execute("BEGIN IMMEDIATE")
            run = _read if isinstance(statement, Statement) else _chained
            return run(raw, statement, values)
        except sqlite3.OperationalError as error:
            raise Unavailable(detail=str(error)) from error

    def dispose(self):
        """Close every connection."""
        self._engine.dispose()


def _chained(raw, chain, values):
    rows = _read(raw, chain.first, values)
    for row in rows:
        won = {f"won_{name}": _stored(value) for name, value in row._asdict().items()}
        for sql in chain.alone:
            raw.execute(sql, values | won)
    return rows


def _read(raw, statement, values):
    rows = raw.execute(statement.for_sqlite, values).fetchall()
    if statement.record is None:
        return rows
    readers = _readers(statement.record)
    return [
        statement.record(*(read(v) for read, v in zip(readers, row, strict=True))) for row in rows
    ]


@lru_cache
def _readers(record):
    """How SQLite's plain values become what the record's annotations promise."""
    hints = get_type_hints(record)
    kinds = [set(get_args(hints[name])) or {hints[name]} for name in record._fields]
    readers = {datetime: _moment, date: _day, bool: _truth}
    return [next((read for of, read in readers.items() if of in kind), _same) for kind in kinds]


def _moment(value):
    return value and datetime.strptime(value, _STORED).replace(tzinfo=UTC)


def _day(value):
    return value and date.fromisoformat(value)


def _truth(value):
    return None if value is None else bool(value)


def _same(value):
    return value


def _stored(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(_STORED)
    return value
