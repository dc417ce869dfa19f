"""Dear work takes turns: so many at once, so many waiting, and a quick no to the rest."""

import os
import threading
from contextlib import contextmanager

from app.foundation.problems import Unavailable


class Turns:
    """At most ``at_once`` threads of this process do the work at the same time."""

    def __init__(self, at_once):
        self._free = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._waiting = 0

    @contextmanager
    def take(self, queue):
        """Wait for a turn and hold it for the block.

        queue: how many may be waiting already for this one to wait too.

        Raises Unavailable: at once, when more are waiting.
        """
        if not self._free.acquire(blocking=False):
            self._wait(queue)
        try:
            yield
        finally:
            self._free.release()

    def _wait(self, queue):
        with self._lock:
            if self._waiting >= queue:
                raise Unavailable(detail="every turn is taken and the queue is full")
            self._waiting += 1
        try:
            self._free.acquire()
        finally:
            with self._lock:
                self._waiting -= 1


def half_the_cores():
    """Return half of this machine's cores, one at least."""
    return max(1, (os.cpu_count() or 1) // 2)
