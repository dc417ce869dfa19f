"""What is known when somebody signs in: of this attempt, and of the person's ways so far."""

import zoneinfo
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select

from app.auth.audit import events, reading
from app.auth.database import db
from app.auth.risk import places
from app.auth.sessions import devices
from app.auth.sessions.models import Session
from app.foundation import clock

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Facts:
    """All that the signals look at.

    is_first: the person never signed in from any browser we know; hours: those of the day (0–23,
    where the institution is) at which the person signed in before; failed: wrong passwords for
    this account in the last hour; others: people who signed in from this address in the last hour;
    before: where and when the person was last, and ``place``: where this is, as far as addresses
    tell.
    """

    at: datetime
    hour: int
    is_first: bool = False
    device_known: bool = False
    network_known: bool = False
    failed: int = 0
    others: int = 0
    hours: tuple = ()
    place: places.Place | None = None
    before: tuple | None = None
    limits: dict = field(default_factory=dict)


def collect(user, *, browser_id, address):
    """Return the :class:`Facts` about ``user`` who signs in now from this browser and address."""
    now = clock.now()
    device = devices.of_browser(user.id, browser_id)
    done = reading.moments(user.sub, events.SIGN_IN_SUCCEEDED)
    return Facts(
        at=now,
        hour=_hour(now),
        is_first=not devices.has_any(user.id),
        device_known=device is not None and device.is_known,
        network_known=devices.knows_network(user.id, address),
        failed=reading.count(user.sub, events.SIGN_IN_FAILED, now - HOUR),
        others=_people_from(address, now - HOUR, user.id),
        hours=tuple(_hour(moment) for moment in done),
        place=places.of(address),
        before=_before(user.id),
        limits={name: current_app.config[name] for name in _LIMITS},
    )


_LIMITS = (
    "RISK_FAILED_TRIES",
    "RISK_ACCOUNTS_PER_ADDRESS",
    "RISK_SPEED_KMH",
    "RISK_HABIT_SIGN_INS",
)


def _hour(moment):
    return moment.astimezone(zoneinfo.ZoneInfo(current_app.config["TIME_ZONE"])).hour


def _people_from(address, since, but):
    from_there = (Session.address == address) & (Session.auth_time > since)
    people = select(func.count(Session.user_id.distinct()))
    return db.session.scalar(people.where(from_there, Session.user_id != but))


def _before(user_id):
    """Where and when the person was last, or None."""
    last = select(Session.address, Session.last_seen_at).where(Session.user_id == user_id)
    row = db.session.execute(last.order_by(Session.last_seen_at.desc()).limit(1)).first()
    place = row and places.of(row.address)
    return (place, row.last_seen_at) if place else None
