"""What was asked of the record, as it stands in the address."""

from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

from app.auth.admin import guard, lists
from app.auth.admin.record import naming
from app.auth.audit.searching import Asked
from app.auth.staff import sight

_PATTERNS = ("%d/%m/%Y", "%Y-%m-%d")  # as people here write a day, and as machines do
_YEARS = range(1900, 9999)  # a day more, or some minutes less, is a moment still
FILTERS = ("q", "event", "since", "until", "request")


def read():
    """Return what was chosen, by name; what it means; and the sentence for each that is wrong."""
    chosen, wrong = lists.asked(*FILTERS), {}
    days = {name: _day(chosen, name, wrong) for name in ("since", "until")}
    event = chosen.get("event")
    asked = Asked(
        whose=naming.ids(chosen.get("q", "").strip()),
        events=(event,) if event else None,
        request_id=chosen.get("request"),
        since=days["since"],
        until=days["until"] and days["until"] + timedelta(days=1),
        within=sight.of_records(guard.reach()),
    )
    return chosen, asked, wrong


def _day(chosen, name, wrong):
    """The beginning of the day where the institution is; None: none was chosen, or it is none."""
    if name not in chosen:
        return None
    for pattern in _PATTERNS:
        with suppress(ValueError):
            day = datetime.strptime(chosen[name], pattern)  # the zone comes next
            if day.year in _YEARS:
                return day.replace(tzinfo=ZoneInfo(current_app.config["TIME_ZONE"]))
    wrong[name] = "admin.record.wrong_day"
    return None
