"""Hot statements: written by hand, prepared once, one round trip each.

The ORM is for everything a person waits for. What an app asks thousands of times a second
(tokens, introspection) goes through here, on autocommit connections of its own. A :class:`Chain`
is one transaction; on PostgreSQL it is also one statement. The SQL is the same on both databases.

A deed of many statements, each decided by the one before, runs them :meth:`Hot.within` the
request's own transaction instead, beside whatever the ORM does there.
"""

from flask import current_app

from app.foundation.database import CONNECTION, WROTE
from app.foundation.hot_postgresql import PostgreSQL
from app.foundation.hot_sqlite import SQLite
from app.foundation.hot_statements import Chain, Statement

__all__ = ["Chain", "Hot", "Statement"]


class Hot:
    """Runs hot statements over a small pool of autocommit connections, one pool an app."""

    def __init__(self, name):
        self._extension = f"hot_{name}"

    def watch(self, app, watched):
        """Let each statement of ``app`` pass through ``watched``, made of what runs them now."""
        app.extensions[self._extension] = watched(app.extensions[self._extension])

    def init_app(self, app, url, terms):
        """Point ``app`` at ``url`` on ``terms``; connections are opened as they are needed."""
        store = SQLite if url.startswith("sqlite") else PostgreSQL
        app.extensions[self._extension] = store(url, terms, self._extension)

    def run(self, statement, **values):
        """Run a :class:`Statement` or :class:`Chain`; return its rows as a list.

        Raises Unavailable: when the database is away or every connection is busy for too long.
        """
        return current_app.extensions[self._extension].run(statement, values)

    def first(self, statement, **values):
        """Run and return the first row, or None."""
        rows = current_app.extensions[self._extension].run(statement, values)
        return rows[0] if rows else None

    def within(self, statement, **values):
        """Run a statement or a chain in the request's own transaction; return its rows as a list.

        What it writes is kept or undone with the request. Raises Unavailable.
        """
        session = current_app.database.session()
        known = session.info
        connection = known.get(CONNECTION)
        if connection is None:
            connection = known[CONNECTION] = session.connection()
        rows = current_app.extensions[self._extension].within(connection, statement, values)
        if not statement.reads and (rows or not statement.tells):
            known[WROTE] = True
        return rows

    def first_within(self, statement, **values):
        """Do :meth:`within` and return the first row, or None."""
        rows = self.within(statement, **values)
        return rows[0] if rows else None
