"""A PostgreSQL of our own with durable defaults: what is committed is on the disk.

``fsync``, ``synchronous_commit`` and ``full_page_writes`` stay on, and nothing is tuned: a token
server that is only fast with them off is not fast.
"""

from contextlib import contextmanager
from typing import NamedTuple

import psycopg

from tests.support.services import PostgreSQL

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


class Store(NamedTuple):
    """A running PostgreSQL: its process, its address as SQLAlchemy writes it, its version."""

    pid: int
    url: str
    version: str

    def connect(self):
        """Open an autocommit connection."""
        return psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)


@contextmanager
def running(folder):
    """Run PostgreSQL with its data in ``folder`` (new) until the block ends.

    Raises Missing: when there is none or it does not start. Raises RuntimeError: not durable.
    """
    service = PostgreSQL(folder, durable=True)
    service.options = ("listen_addresses=",)  # all else as it comes, autovacuum too
    try:
        service.start()
        store = Store(service.process.pid, service.url, "")
        with store.connect() as connection:
            settings = {name: _shown(connection, name) for name in (*DURABLE, "server_version")}
        version = settings.pop("server_version").split()[0]
        if set(settings.values()) != {"on"}:
            raise RuntimeError(f"PostgreSQL is not durable: {settings}")
        yield store._replace(version=version)
    finally:
        service.stop()


def _shown(connection, name):
    return connection.execute(f"SHOW {name}").fetchone()[0]
