"""Pools of database connections that tell how many are in use, and how many requests wait for one.

A process opens at most ``4 × DATABASE_POOL_SIZE`` of them to each house's database: twice that for
what requests do through the ORM, twice for hot statements. A thread holds one of each at most.
"""

from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy.pool import QueuePool

from app.foundation import metrics


class Terms(NamedTuple):
    """What a pool is made to: its size, and the seconds that anything on it may wait.

    They hold for a free connection, for connecting, and for one statement with its locks.
    """

    size: int
    seconds: int


class Meter:
    """What one pool tells: its name, and the two gauges."""

    def __init__(self, name, most):
        self.in_use = metrics.standing("database_connections", pool=name)
        self._waiting = metrics.standing("database_waiting", pool=name)
        metrics.standing("database_connections_most", pool=name).set(most)

    @contextmanager
    def waiting(self):
        """Count one more who waits, while the block lasts."""
        self._waiting.inc()
        try:
            yield
        finally:
            self._waiting.dec()


class Counted(QueuePool):
    """SQLAlchemy's pool, counting; its ``logging_name`` is what the gauges call it.

    Upstream: a pool has no event for who begins to wait; these two are what its subclasses define.
    """

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._most = self.size() + self._max_overflow
        self._meter = Meter(self.logging_name or "unnamed", self._most)

    def _do_get(self):
        if self.checkedout() < self._most:
            record = super()._do_get()
        else:
            with self._meter.waiting():
                record = super()._do_get()
        self._meter.in_use.inc()
        return record

    def _do_return_conn(self, record):
        super()._do_return_conn(record)
        self._meter.in_use.dec()
