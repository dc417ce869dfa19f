"""What may be forgotten: short-lived values in Redis or, without ``REDIS_URL``, in this process.

Nothing here guards money or a login: losing all of it never makes a used thing usable again.
When Redis is away the answer is Unavailable, never a guess.
"""

import threading

import redis
from flask import current_app

from app.foundation import clock
from app.foundation.problems import Unavailable

TIMEOUT = 0.3  # seconds a Redis that hangs may cost a request


class InProcess:
    """The few Redis commands we use, kept in this process."""

    def __init__(self):
        self._kept = {}
        self._lock = threading.Lock()

    def set(self, name, value, ex, nx=False):
        """Keep ``value`` for ``ex`` seconds; with ``nx`` only when there is none. True if kept."""
        with self._lock:
            self._forget()
            if nx and name in self._kept:
                return None
            self._kept[name] = (clock.now().timestamp() + ex, value.encode())
            return True

    def get(self, name):
        """Return what is kept, or None."""
        with self._lock:
            self._forget()
            return self._kept.get(name, (0, None))[1]

    def getdel(self, name):
        """Return what is kept, or None, and forget it."""
        with self._lock:
            self._forget()
            return self._kept.pop(name, (0, None))[1]

    def ping(self):
        """We are here."""
        return True

    def _forget(self):
        now = clock.now().timestamp()
        for name in [name for name, (until, _) in self._kept.items() if until <= now]:
            del self._kept[name]


def init_app(app):
    """Connect ``app`` to ``REDIS_URL``, or give it a store of its own."""
    url = app.config["REDIS_URL"]
    app.extensions["short_term"] = (
        redis.Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
        if url
        else InProcess()
    )


def put(name, value, seconds):
    """Keep ``value`` (text) under ``name`` for ``seconds``. Raises Unavailable."""
    _ask("set", name, value, ex=seconds)


def put_first(name, value, seconds):
    """Keep ``value`` unless one is kept already; return whether it was. Raises Unavailable."""
    return bool(_ask("set", name, value, ex=seconds, nx=True))


def get(name):
    """Return the text kept under ``name``, or None. Raises Unavailable."""
    return _text(_ask("get", name))


def take(name):
    """Return the text kept under ``name``, once, or None. Raises Unavailable."""
    return _text(_ask("getdel", name))


def ping():
    """Raise Unavailable unless the store answers."""
    _ask("ping")


def _ask(command, *arguments, **options):
    try:
        return getattr(current_app.extensions["short_term"], command)(*arguments, **options)
    except redis.RedisError as error:
        raise Unavailable(detail=type(error).__name__) from error


def _text(value):
    return None if value is None else value.decode()
