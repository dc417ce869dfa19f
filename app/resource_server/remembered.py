"""What is known for some seconds, and one flight at a time to learn it."""

import time
from collections import OrderedDict
from concurrent.futures import Future
from threading import Lock


class Remembered:
    """Values by key, each until its moment; the oldest give way when there are too many.

    Moments are of :func:`time.monotonic`, so a clock set back keeps nothing alive.
    """

    def __init__(self, most=4096):
        self._most = most
        self._lock = Lock()
        self._values = OrderedDict()

    def get(self, key):
        """Return what is known under ``key``, or None."""
        value, until = self._values.get(key, (None, 0))
        return value if time.monotonic() < until else None

    def keep(self, key, value, seconds):
        """Remember ``value`` for so many ``seconds``."""
        self.put(key, value, time.monotonic() + seconds)

    def put(self, key, value, until):
        """Remember ``value`` until ``until``."""
        with self._lock:
            self._values.pop(key, None)
            self._values[key] = (value, until)
            while len(self._values) > self._most:
                self._values.popitem(last=False)


class Flights:
    """Whoever asks while the same question is under way waits for that answer."""

    def __init__(self):
        self._lock = Lock()
        self._under_way = {}

    def take(self, key, ask):
        """Return ``ask()``, or what another thread's ``ask()`` for ``key`` returns.

        ask: answers None when it failed, and has a time limit of its own.
        """
        with self._lock:
            flight = self._under_way.get(key)
            first = flight is None
            if first:
                flight = self._under_way[key] = Future()
        if first:
            self._fly(key, flight, ask)
        return flight.result()

    def _fly(self, key, flight, ask):
        answer = None
        try:
            answer = ask()
        finally:
            with self._lock:
                del self._under_way[key]
            flight.set_result(answer)
