"""The one place time is read, so that tests can hold it still."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def now():
    """Return this moment as an aware UTC datetime."""
    return datetime.now(UTC)


def seconds():
    """Return this moment as whole seconds since 1970, as JWTs count (RFC 7519 §2)."""
    return int(now().timestamp())


def today(zone):
    """Return the day that it is in ``zone`` (an IANA name)."""
    return now().astimezone(ZoneInfo(zone)).date()


def ticks():
    """Return seconds of a clock that never goes back, for measuring spans alone."""
    return time.perf_counter()


def sleep_until(moment):
    """Return once :func:`ticks` has reached ``moment``; at once when it has passed."""
    time.sleep(max(0.0, moment - time.perf_counter()))


def iso(moment):
    """Return ``moment`` (aware) as JSON tells it: UTC, to the millisecond (RFC 3339)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_the_second(moment):
    """Return ``moment`` as commands and files tell it (ISO 8601), or None where there is none."""
    return moment and moment.isoformat(timespec="seconds")
