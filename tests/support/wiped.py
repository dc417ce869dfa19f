"""A PostgreSQL database as its template made it, again and again: emptying one is far cheaper.

What a test leaves is deleted, what the migrations put there comes back, sequences begin again. One
whose shape a test has changed, or that has served long, is not kept.
"""

import psycopg
from psycopg import sql

USES = 100  # nothing vacuums here, so each use leaves it a little slower
MOST_ROWS = 2_000  # deleted at once; more leave it much slower

TABLES = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname"""
SHAPE = """SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
    SELECT concat(c.relname, c.relkind, c.relacl, a.attname, a.atttypid, a.attnotnull) part
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      WHERE n.nspname = 'public'
    UNION ALL SELECT concat(tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat(conrelid::regclass, conname, convalidated) FROM pg_constraint
    UNION ALL SELECT concat(proname, prosrc) FROM pg_proc p
      JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public') AS shape"""
ALONE = """SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
SEQUENCES = "SELECT sequencename, last_value, start_value FROM pg_sequences"


class Wiped:
    """One database, and what it was like when it was made."""

    def __init__(self, address):
        """address: for libpq; the database is as its template, and nobody is in it."""
        self._address = address
        self._uses = 0
        with psycopg.connect(address, autocommit=True) as there:
            self._shape = _one(there, SHAPE)
            self._tables = [name for (name,) in there.execute(TABLES)]
            self._sequences = there.execute(SEQUENCES).fetchall()
            self._rows = {name: _read(there, name) for name in self._filled(there)}

    def again(self):
        """Make it so once more, whoever is still in it; return whether it may serve again."""
        self._uses += 1
        with psycopg.connect(self._address, autocommit=True) as there:
            there.execute(ALONE)
            if self._uses >= USES or _one(there, SHAPE) != self._shape:
                return False
            there.execute("SET session_replication_role = replica")  # no trigger, no foreign key
            deleted = [self._empty(there, name) for name in self._filled(there)]
            for name, rows in self._rows.items():
                with there.cursor().copy(_said("COPY {} FROM STDIN", name)) as copy:
                    copy.write(rows)
            for name, last, first in self._sequences:
                there.execute(
                    "SELECT setval(%s::regclass, %s, %s)", (name, last or first, last is not None)
                )
        return sum(deleted) < MOST_ROWS

    def _filled(self, there):
        """The tables that have rows."""
        asked = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(name, sql.Identifier(name))
            for name in self._tables
        )
        return [name for (name,) in there.execute(asked)]

    @staticmethod
    def _empty(there, name):
        return there.execute(_said("DELETE FROM {}", name)).rowcount


def _read(there, name):
    with there.cursor().copy(_said("COPY {} TO STDOUT", name)) as copy:
        return b"".join(copy)


def _one(there, query):
    return there.execute(query).fetchone()[0]


def _said(text, name):
    return sql.SQL(text).format(sql.Identifier(name))
