"""Hot statements: written by hand, prepared once, one round trip each.

The ORM is for everything a person waits for. What an app asks thousands of times a second
(tokens, introspection) goes through here: driver cursors on autocommit connections of their own,
which cost a sixth of a statement through a session. A :class:`Chain` is one transaction; on
PostgreSQL it is also one statement. The SQL is the same on both databases.
"""

import re
import sqlite3
from datetime import UTC, date, datetime
from typing import get_args, get_type_hints

import psycopg
from flask import current_app
from sqlalchemy import create_engine

from app.foundation import database
from app.foundation.problems import Unavailable

_NAME = re.compile(r"(?<![:\w]):([a-z_]+)")
_STORED = "%Y-%m-%d %H:%M:%S.%f"


class Statement:
    """One SQL statement with ``:name`` parameters; rows come back as ``record`` tuples."""

    def __init__(self, sql, record=tuple):
        self.sql = " ".join(sql.split())
        self.record = record
        self.for_postgresql = _NAME.sub(r"%(\1)s", self.sql.replace("%", "%%"))
        self.readers = _readers(record)


class Chain:
    """A first statement that decides, and others that follow only for the rows it returned.

    Those others read the first one's rows as a table named ``won``:
    ``INSERT INTO t (a, b) SELECT won.a, :b FROM won``. All are kept together or not at all.
    """

    def __init__(self, first, record, *following):
        self.first = Statement(first, record)
        self.following = [" ".join(sql.split()) for sql in following]
        links = [f"won AS ({self.first.sql})"]
        links += [f"then_{n} AS ({sql})" for n, sql in enumerate(self.following)]
        self.whole = Statement(f"WITH {', '.join(links)} SELECT * FROM won", record)
        columns = ", ".join(f":won_{name}" for name in record._fields)
        names = ", ".join(record._fields)
        self.alone = [f"WITH won({names}) AS (VALUES ({columns})) {sql}" for sql in self.following]


class Hot:
    """Runs hot statements over a small pool of autocommit connections, one pool an app."""

    def __init__(self, name):
        self._extension = f"hot_{name}"

    def init_app(self, app, url, pool_size):
        """Point ``app`` at ``url``; connections are opened as they are needed."""
        options = database.engine_options(url, pool_size)
        options.pop("pool_pre_ping", None)
        app.extensions[self._extension] = create_engine(
            url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **options
        )

    @property
    def engine(self):
        """The engine of the app at work."""
        return current_app.extensions[self._extension]

    def run(self, statement, **values):
        """Run a :class:`Statement` or :class:`Chain`; return its rows as a list.

        Raises Unavailable: when the database is away.
        """
        if self.engine.dialect.name == "sqlite":
            return self._on_sqlite(statement, values)
        if isinstance(statement, Chain):
            statement = statement.whole
        rows = self._on_postgresql(statement, values)
        return [statement.record(*row) for row in rows] if rows else []

    def first(self, statement, **values):
        """Run and return the first row, or None."""
        rows = self.run(statement, **values)
        return rows[0] if rows else None

    def _on_postgresql(self, statement, values):
        fairy = self._connection()
        try:
            cursor = fairy.driver_connection.cursor()
            cursor.execute(statement.for_postgresql, values, prepare=True)
            return cursor.fetchall() if cursor.description else []
        except psycopg.OperationalError as error:
            fairy.invalidate(error)
            self.engine.dispose(close=False)
            raise Unavailable(detail=type(error).__name__) from error
        finally:
            fairy.close()

    def _connection(self):
        try:
            return self.engine.raw_connection()
        except Exception as error:
            raise Unavailable(detail=f"no connection: {type(error).__name__}") from error

    def _on_sqlite(self, statement, values):
        values = {name: _stored(value) for name, value in values.items()}
        fairy = self._connection()
        raw = fairy.driver_connection
        try:
            if isinstance(statement, Statement):
                return _read(raw, statement, values)
            raw.execute("BEGIN IMMEDIATE")
            rows = _read(raw, statement.first, values)
            for row in rows:
                won = {f"won_{k}": _stored(v) for k, v in row._asdict().items()}
                for sql in statement.alone:
                    raw.execute(sql, values | won)
            raw.execute("COMMIT")
            return rows
        except sqlite3.OperationalError as error:
            raise Unavailable(detail=str(error)) from error
        finally:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            fairy.close()


def _read(raw, statement, values):
    rows = raw.execute(statement.sql, values).fetchall()
    return [
        statement.record(*(read(v) for read, v in zip(statement.readers, row, strict=True)))
        if statement.readers
        else tuple(row)
        for row in rows
    ]


def _readers(record):
    """How SQLite's plain values become what the record's fields promise."""
    fields = getattr(record, "_fields", ())
    hints = get_type_hints(record) if fields else {}
    kinds = [set(get_args(hints[name])) or {hints[name]} for name in fields]
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
