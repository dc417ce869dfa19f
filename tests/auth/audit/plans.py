"""What the database was asked, and how it would go about it."""

from contextlib import contextmanager

from sqlalchemy import event

from app.auth.database import db


@contextmanager
def sent():
    """The statements that went to the database, each with its values."""
    told = []

    def note(_connection, _cursor, statement, values, *_):
        told.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def of(statement, values):
    """Return the plan of a statement, as text."""
    connection = db.session.connection()
    word = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    rows = connection.exec_driver_sql(f"{word} {statement}", values)
    return "\n".join(" ".join(map(str, row)) for row in rows)
