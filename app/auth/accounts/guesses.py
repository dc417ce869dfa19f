"""Guesses at a short code that somebody types: counted before they are judged, paused at the limit.

A guess counts against the browser, against the account when somebody is signed in, and against
the address. A right one is given back and clears nothing, so that codes of one's own buy no more
guesses at those of others. Tries at a password are another budget.
"""

from flask import current_app
from sqlalchemy import select

from app.auth.accounts import counts
from app.auth.accounts.counts import Bucket
from app.auth.accounts.models import LoginTries
from app.auth.database import db
from app.foundation import clock, database


class Paused(counts.Paused):
    """Too many wrong codes: none is judged until ``until``, not even a right one."""

    key = "device.limited"


def count(purpose, address, *, browser, user_id=None):
    """Count one guess before it is judged; return the keys it counted under.

    purpose: what the code is for; each has a budget of its own. browser: its random id. Asked
    before anything else is written. Raises Paused: when there were too many; this one is not
    counted then.
    """
    now, buckets = clock.now(), _buckets(purpose, address, browser, user_id)
    try:
        with database.apart(db) as connection:
            for bucket in buckets:
                counts.count(connection, bucket, now)
    except counts.Paused as pause:
        raise Paused(pause.until) from None
    return [bucket.key for bucket in buckets]


def look(purpose, address, *, browser, user_id=None):
    """Raise Paused when a guess would not be judged now; counts nothing."""
    for bucket in _buckets(purpose, address, browser, user_id):
        full = (LoginTries.key == bucket.key) & (LoginTries.tries >= bucket.most)
        until = db.session.scalar(select(LoginTries.ends_at).where(full))
        if until and until > clock.now():
            raise Paused(until)


def give_back(counted):
    """The code was right: it was no guess."""
    with database.apart(db) as connection:
        counts.give_back(connection, counted)


def _buckets(purpose, address, browser, user_id):
    few = current_app.config["LOGIN_ATTEMPTS"]
    many = current_app.config["LOGIN_ADDRESS_ATTEMPTS"]
    buckets = [Bucket(counts.key(f"{purpose} browser", browser), few, True)]
    if user_id is not None:
        buckets.append(Bucket(counts.key(f"{purpose} account", str(user_id)), few, True))
    buckets.append(Bucket(counts.key(f"{purpose} address", counts.host(address)), many, False))
    return buckets
