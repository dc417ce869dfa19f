"""What went on of late, in figures and pictures, from the tallies of the record."""

from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import current_app

from app.auth.audit import events, tallies
from app.auth.hosted import chart
from app.foundation import clock, words

HOURS, DAYS = 24, 14
WIDE = {"width": 720, "bar": 11, "apart": 2}

# Name of a figure → the events that it counts.
COUNTED = {
    "sign_ins": (events.SIGN_IN_SUCCEEDED,),
    "failures": (events.SIGN_IN_FAILED, events.SECOND_FACTOR_REFUSED),
    "step_ups": (events.SESSION_RENEWED,),
    "lockouts": (events.SIGN_IN_LOCKED, events.SECOND_FACTOR_LOCKED),
    "tokens": (events.GRANT_ISSUED, events.GRANT_REFRESHED),
    "approved": (events.DEED_APPROVED,),
    "refused": (events.DEED_REFUSED,),
    "accounts": (events.ACCOUNT_CREATED,),
}
_ALL = [event for each in COUNTED.values() for event in each]


class Figure(NamedTuple):
    """How often something happened in the last day, and in the day before."""

    name: str
    now: int
    before: int


class Picture(NamedTuple):
    """Two figures a period: the picture, and the same as rows of label, first and second."""

    name: str
    ways: tuple
    chart: chart.Chart
    rows: list


def read():
    """Return the :class:`Figure` list of the last day, and the :class:`Picture` list."""
    now = clock.now()
    found = tallies.since(now - timedelta(days=DAYS), _ALL)
    hours = [tallies.hour_of(now) - timedelta(hours=n) for n in range(2 * HOURS)][::-1]
    figures = [
        Figure(name, _sum(found, hours[HOURS:], name), _sum(found, hours[:HOURS], name))
        for name in COUNTED
    ]
    return figures, [
        _by_hour(found, hours[HOURS:], "entering", ("sign_ins", "failures")),
        _by_hour(found, hours[HOURS:], "machines", ("tokens", "step_ups")),
        _by_day(found, now, "deeds", ("approved", "refused")),
    ]


def _by_hour(found, hours, name, ways):
    rows = [(words.time(hour), *(_sum(found, [hour], way) for way in ways)) for hour in hours]
    shown = [(row[0] if n % 3 == 1 else "", *row[1:]) for n, row in enumerate(rows)]
    return Picture(name, ways, chart.of(shown, **WIDE), rows)


def _by_day(found, now, name, ways):
    days = {}
    for hour in found:
        days.setdefault(hour.astimezone(_zone()).date(), []).append(hour)
    last = now.astimezone(_zone()).date()
    wanted = [last - timedelta(days=n) for n in range(DAYS)][::-1]
    rows = [
        (words.day(day), *(_sum(found, days.get(day, ()), way) for way in ways)) for day in wanted
    ]
    shown = [(str(day.day), *row[1:]) for day, row in zip(wanted, rows, strict=True)]
    return Picture(name, ways, chart.of(shown, **WIDE), rows)


def _sum(found, hours, name):
    return sum(found.get(hour, {}).get(event, 0) for hour in hours for event in COUNTED[name])


def _zone():
    return ZoneInfo(current_app.config["TIME_ZONE"])
