"""One moment of the whole database, read row by row while others go on writing."""

from contextlib import contextmanager

from sqlalchemy import literal, tuple_

BATCH = 1000  # rows in memory at once


@contextmanager
def taken(database):
    """Yield a connection that sees one moment, and writes nothing."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("BEGIN")  # a reader: it delays nobody
        else:
            connection.execution_options(isolation_level="REPEATABLE READ")
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        try:
            yield connection
        finally:
            connection.rollback()


def rows(connection, query, *keys):
    """Yield the rows of ``query`` in the order of ``keys``: columns that it begins with."""
    after = None
    while True:
        part = query if after is None else query.where(later(keys, after))
        found = connection.execute(part.order_by(*keys).limit(BATCH)).all()
        yield from found
        if len(found) < BATCH:
            return
        after = found[-1][: len(keys)]


def later(keys, after):
    """Return the condition for rows that come after the one whose ``keys`` are ``after``."""
    values = [literal(value, key.type) for key, value in zip(keys, after, strict=True)]
    return keys[0] > values[0] if len(keys) == 1 else tuple_(*keys) > tuple_(*values)
