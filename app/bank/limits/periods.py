"""Which day it is, or which night: pure, but for the settings that say where and when.

A night belongs to the day it begins on, so that midnight does not begin the count anew.
"""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app


def of(moment):
    """Return the name of the period of ``moment`` (aware), and whether it is a night."""
    here = moment.astimezone(ZoneInfo(current_app.config["TIME_ZONE"]))
    return name_of(here, *hours())


def hours():
    """Return when the night begins and ends, as times of day."""
    begin, end = (time.fromisoformat(part) for part in current_app.config["NIGHT_HOURS"].split("-"))
    return begin, end


def name_of(moment, begin, end):
    """Return the name of the period that ``moment`` (local) is in, and whether it is a night.

    begin, end: times of day; where both are the same there is no night.
    """
    at, day = moment.time(), moment.date()
    over_midnight = begin > end
    if over_midnight and at < end:
        return f"{day - timedelta(days=1)} night", True
    if begin <= at and (over_midnight or at < end):
        return f"{day} night", True
    return str(day), False
