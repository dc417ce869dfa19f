"""Tries at a password: counted before they are judged, paused at the limit (S45, C21, L-03, L-09).

A try counts against the account *from its network*, against the account from everywhere, and
against the address. Who has signed in from a browser or a network before has a count of their own
there and no other, so strangers can pause strangers only. How a count is kept: `counts`.

Nobody's account is counted like anybody's, under the identifier that was typed, and every answer
about one takes the same time.
"""

from datetime import timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import delete, select, text

from app.auth.accounts import counts
from app.auth.accounts.counts import Bucket, Paused
from app.auth.accounts.models import LoginTries
from app.auth.database import db
from app.foundation import clock, database, keeping

__all__ = [
    "Paused",
    "Try",
    "answer_at",
    "clear",
    "count",
    "forgive",
    "give_back",
    "wait_for",
]

AFTERWARDS = 0.07  # of the floor: what writing a code, a message and the record may take

_KNOW = text(
    """
    INSERT INTO login_tries (key, tries, ends_at, known_until) VALUES (:key, 0, :now, :until)
    ON CONFLICT (key) DO UPDATE SET
        tries = 0, ends_at = excluded.ends_at, known_until = excluded.known_until
    """
).bindparams(*counts.MOMENTS)


class Try(NamedTuple):
    """A counted try. ``last``: the next one from the same place would be paused."""

    counted: tuple  # keys, in the order they were counted
    places: tuple  # keys of the account from this browser, if any, and from this network
    account: bytes
    last: bool


def count(user, identifier, address, *, device=None):
    """Count one try before it is judged and return it. Asked before anything else is written.

    user: who was found under ``identifier``, or None. address: the client's. device: the random
    id of the browser, if it has one.

    Raises Paused: when there were too many; this one is not counted then.
    """
    who = f"user:{user.id}" if user else f"nobody:{identifier.strip().casefold()[:256]}"
    account = counts.key("account", who)
    places = (counts.key("device", who, device),) if device else ()
    places += (counts.key("network", who, counts.network(address)),)
    now = clock.now()
    with database.apart(db) as connection:
        buckets = _buckets(places, account, address, _known(connection, places, now))
        tries = [counts.count(connection, bucket, now) for bucket in buckets]
    return Try(tuple(b.key for b in buckets), places, account, tries[0] == buckets[0].most)


def clear(tried):
    """The answer was right: give the try back, and count this account afresh.

    This browser and this network are known to the account from now on.
    """
    now = clock.now()
    known = now + timedelta(days=current_app.config["LOGIN_KNOWN_DAYS"])
    with database.apart(db) as connection:
        for key in tried.places:
            connection.execute(_KNOW, {"key": key, "now": now, "until": known})
        connection.execute(delete(LoginTries).where(LoginTries.key == tried.account))
        counts.give_back(connection, tried.counted)


def forgive(user, address, *, device=None):
    """Who is here has shown to be ``user`` otherwise: their own tries from here are forgotten.

    Those of strangers elsewhere are not. Kept with the deed that showed it.
    """
    who = f"user:{user.id}"
    places = [counts.key("device", who, device)] if device else []
    places.append(counts.key("network", who, counts.network(address)))
    for key in (*places, counts.key("account", who)):  # in the order they are counted
        db.session.execute(delete(LoginTries).where(LoginTries.key == key))


def give_back(tried):
    """The try was never judged: it does not count."""
    with database.apart(db) as connection:
        counts.give_back(connection, tried.counted)


def _buckets(places, account, address, known):
    """What a try counts against: the place that is known, or all three, always in this order."""
    settings = current_app.config
    few = settings["LOGIN_ATTEMPTS"]
    for place in places:
        if place in known:
            return [Bucket(place, few, True)]
    return [
        Bucket(places[-1], few, True),
        Bucket(account, settings["LOGIN_ACCOUNT_ATTEMPTS"], False),
        Bucket(
            counts.key("address", counts.host(address)), settings["LOGIN_ADDRESS_ATTEMPTS"], False
        ),
    ]


def _known(connection, places, now):
    query = select(LoginTries.key).where(LoginTries.key.in_(places), LoginTries.known_until > now)
    return {bytes(key) for key in connection.scalars(query)}


def answer_at():
    """Return when an answer about an account is due, by :func:`clock.ticks`: never sooner.

    So nobody learns from the clock whose it is (ASVS 6.3.8). See :func:`wait_for`.
    """
    return clock.ticks() + _floor()


def wait_for(moment):
    """Wait for ``moment`` holding no connection; the answer then waits once more, for less.

    The first time is for judging, while a turn is held; the second for what only some answers
    write afterwards, when that is kept.
    """
    database.let_go(db)
    clock.sleep_until(moment)
    keeping.answer_no_sooner(moment + _floor() * AFTERWARDS)


def _floor():
    return current_app.config["LOGIN_FLOOR_MS"] / 1000
