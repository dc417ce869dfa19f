"""How often someone may ask: Flask-Limiter for pages, and a cheap direct call for what is hot.

Counted in Redis, or in this process without ``REDIS_URL``. With Redis away the answer is
Unavailable: a limit never fails open. These limits spare the machine; what guards an account is
its lockout, which lives in the database.
"""

from functools import lru_cache

from flask import current_app, request
from flask_limiter import Limiter
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

from app.foundation import clock
from app.foundation.problems import Problem, Unavailable

TIMEOUT = 0.3  # seconds a Redis that hangs may cost a request

_parsed = lru_cache(maxsize=64)(parse)


class TooMany(Problem):
    """Asked too often: come back in ``retry_after`` seconds (RFC 6585 §4)."""

    code = "too_many_requests"
    status = 429
    description = "Too many requests. Wait a moment and try again."

    def __init__(self, retry_after, **details):
        super().__init__(**details)
        self.retry_after = retry_after


def _address():
    return request.remote_addr or "nowhere"


limiter = Limiter(key_func=_address)


def init_app(app):
    """Count where ``REDIS_URL`` says; ``RATE_LIMITS=off`` counts nothing."""
    url = app.config["REDIS_URL"]
    options = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT} if url else {}
    app.config["RATELIMIT_STORAGE_URI"] = url or "memory://"
    app.config["RATELIMIT_STORAGE_OPTIONS"] = options
    # Upstream: the extension hooks into every request of the house with no switch; all our
    # limits are decorators, which need no hook. It hooks only where it is not yet listed.
    app.extensions.setdefault("limiter", set()).add(limiter)
    limiter.init_app(app)
    storage = storage_from_string(url or "memory://", **options)
    app.extensions["limits"] = FixedWindowRateLimiter(storage)
    app.register_error_handler(RedisError, _away)


def ping():
    """Raise Unavailable unless what counts answers."""
    if not current_app.extensions["limits"].storage.check():
        raise Unavailable(detail="what counts is away")


def by_address(name, limit):
    """Limit the decorated route by the asker's address; routes of one ``name`` share the count.

    limit: as Flask-Limiter writes it, ``"30/minute"``. The route raises TooMany or Unavailable.
    """
    return limiter.shared_limit(limit, scope=name, exempt_when=_off, on_breach=_breached)


def hit(name, key, limit="600/minute"):
    """Count one more of ``name`` by ``key`` (a client id, an address).

    Raises TooMany: past ``limit``. Raises Unavailable: when what counts is away.
    """
    if _off():
        return
    counter, item = current_app.extensions["limits"], _parsed(limit)
    try:
        if counter.hit(item, name, key):
            return
        reset = counter.get_window_stats(item, name, key).reset_time
    except RedisError as error:
        raise Unavailable(detail=type(error).__name__) from error
    raise TooMany(_seconds_until(reset), detail=f"{name} past {limit}")


def _off():
    return current_app.config["RATE_LIMITS"] == "off"


def _breached(limit):
    raise TooMany(_seconds_until(limit.reset_at), detail=f"past {limit.limit}")


def _seconds_until(moment):
    return max(1, round(moment - clock.now().timestamp()))


def _away(error):
    return current_app.handle_user_exception(Unavailable(detail=type(error).__name__))
