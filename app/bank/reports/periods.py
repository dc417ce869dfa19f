"""Days, weeks and months as people there live them: they begin and end in ``TIME_ZONE``."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import current_app

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)  # no wallet's day lies outside

_MONTH = re.compile(r"(20|21)[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(r"(20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Period(NamedTuple):
    """A stretch of time: from ``start`` on, and before ``end``; both aware UTC."""

    name: str
    start: datetime
    end: datetime


def zone():
    """Return the time zone of the bank."""
    return ZoneInfo(current_app.config["TIME_ZONE"])


def begins(day):
    """Return the moment at which ``day`` (a date) begins there."""
    return datetime.combine(day, time.min, tzinfo=zone()).astimezone(UTC)


def today(now):
    """Return the day that it is there at ``now``."""
    return now.astimezone(zone()).date()


def read_day(text):
    """Return the date written as *2026-11-21*. Raises ValueError: when it is none."""
    if not _DAY.fullmatch(text):
        raise ValueError("not a day")
    return date.fromisoformat(text)


def read_month(text):
    """Return the first day of the month written as *2026-11*. Raises ValueError: else."""
    if not _MONTH.fullmatch(text):
        raise ValueError("not a month")
    return date.fromisoformat(f"{text}-01")


def month(first):
    """Return the :class:`Period` of the month whose first day is ``first``."""
    return Period(f"{first:%Y-%m}", begins(first), begins(_shifted(first, 1)))


def months(first, last):
    """Return the months from that of day ``first`` to that of day ``last``, in order."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [month(_shifted(first.replace(day=1), each)) for each in range(count)]


def last_months(day, count):
    """Return ``count`` months, the last of them that of ``day``."""
    return months(_shifted(day.replace(day=1), 1 - count), day)


def last_weeks(day, count):
    """Return ``count`` weeks from Monday to Sunday (ISO 8601), the last of them that of ``day``."""
    monday = day - timedelta(days=day.weekday())
    starts = [monday - timedelta(weeks=count - 1 - each) for each in range(count)]
    return [_week(each) for each in starts]


def _week(monday):
    year, number, _day = monday.isocalendar()
    return Period(f"{year}-W{number:02}", begins(monday), begins(monday + timedelta(weeks=1)))


def _shifted(first, by):
    years, month = divmod(first.month - 1 + by, 12)
    return date(first.year + years, month + 1, 1)
