"""Tries at a password: counted before they are judged, paused at the limit (S45, C21, L-03, L-09).

A try counts against the account *from its network*, against the account from everywhere, and
against the address. Who has signed in from a browser or a network before has a count of their own
there and no other, so strangers can pause strangers only. Each count is one conditional statement
in a transaction of its own: no race and no rollback forgets it (decisions §7).

Nobody's account is counted like anybody's, under the identifier that was typed. The counts name
no one: keys are HMACs, and start anew when another sealing key becomes the first.
"""

import ipaddress
from datetime import timedelta
from math import ceil
from typing import NamedTuple

from flask import current_app
from sqlalchemy import bindparam, delete, select, text

from app.auth.accounts.models import LoginTries
from app.auth.database import db
from app.foundation import clock, database, digests
from app.foundation.database import UtcDateTime
from app.foundation.problems import Problem

_MOMENTS = [bindparam("now", type_=UtcDateTime), bindparam("until", type_=UtcDateTime)]

# `quiet`: the count starts anew after a whole window without a try; else a window after its first.
_COUNT = text(
    """
    INSERT INTO login_tries (key, tries, ends_at) VALUES (:key, 1, :until)
    ON CONFLICT (key) DO UPDATE SET
        tries = CASE WHEN login_tries.ends_at <= :now THEN 1 ELSE login_tries.tries + 1 END,
        ends_at = CASE WHEN login_tries.ends_at <= :now OR :quiet THEN excluded.ends_at
                       ELSE login_tries.ends_at END
    WHERE login_tries.ends_at <= :now OR login_tries.tries < :most
    RETURNING tries
    """
).bindparams(*_MOMENTS)
_KNOW = text(
    """
    INSERT INTO login_tries (key, tries, ends_at, known_until) VALUES (:key, 0, :now, :until)
    ON CONFLICT (key) DO UPDATE SET
        tries = 0, ends_at = excluded.ends_at, known_until = excluded.known_until
    """
).bindparams(*_MOMENTS)
_GIVE_BACK = text("UPDATE login_tries SET tries = tries - 1 WHERE key = :key AND tries > 0")


class Paused(Problem):
    """Too many tries: none is judged until ``until``, not even a right one."""

    code = "too_many_attempts"
    status = 429
    description = "Too many attempts. Try again later."
    key = "login.limited"

    def __init__(self, until):
        super().__init__()
        self.until = until
        self.retry_after = max(1, ceil((until - clock.now()).total_seconds()))


class Try(NamedTuple):
    """A counted try. ``last``: the next one from the same place would be paused."""

    counted: tuple  # keys, in the order they were counted
    places: tuple  # keys of the account from this browser, if any, and from this network
    account: bytes
    last: bool


class _Bucket(NamedTuple):
    key: bytes
    most: int
    quiet: bool


def count(user, identifier, address, *, device=None):
    """Count one try before it is judged and return it. Asked before anything else is written.

    user: who was found under ``identifier``, or None. address: the client's. device: the random
    id of the browser, if it has one.

    Raises Paused: when there were too many; this one is not counted then.
    """
    who = f"user:{user.id}" if user else f"nobody:{identifier.strip().casefold()[:256]}"
    account = _key("account", who)
    places = (_key("device", who, device),) if device else ()
    places += (_key("network", who, _network(address)),)
    now = clock.now()
    with database.apart(db) as connection:
        buckets = _buckets(places, account, address, _known(connection, places, now))
        tries = [_count(connection, bucket, now) for bucket in buckets]
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
        for key in tried.counted:
            connection.execute(_GIVE_BACK, {"key": key})


def give_back(tried):
    """The try was never judged: it does not count."""
    with database.apart(db) as connection:
        for key in tried.counted:
            connection.execute(_GIVE_BACK, {"key": key})


def _buckets(places, account, address, known):
    """What a try counts against: the place that is known, or all three, always in this order."""
    settings = current_app.config
    few = settings["LOGIN_ATTEMPTS"]
    for place in places:
        if place in known:
            return [_Bucket(place, few, True)]
    return [
        _Bucket(places[-1], few, True),
        _Bucket(account, settings["LOGIN_ACCOUNT_ATTEMPTS"], False),
        _Bucket(_key("address", _host(address)), settings["LOGIN_ADDRESS_ATTEMPTS"], False),
    ]


def _known(connection, places, now):
    query = select(LoginTries.key).where(LoginTries.key.in_(places), LoginTries.known_until > now)
    return {bytes(key) for key in connection.scalars(query)}


def _count(connection, bucket, now):
    until = now + timedelta(seconds=current_app.config["LOGIN_WINDOW_SECONDS"])
    tries = connection.scalar(_COUNT, {**bucket._asdict(), "now": now, "until": until})
    if tries is None:
        ends_at = select(LoginTries.ends_at).where(LoginTries.key == bucket.key)
        raise Paused(connection.scalar(ends_at) or until)
    return tries


def _key(kind, *parts):
    key = current_app.extensions["sealing"].derive("login_tries")
    named = "\n".join((kind, *parts))
    return digests.keyed(key, named.encode("utf-8", "replace").decode())


def _network(address):
    """The client's neighbourhood: a household or an office, as far as an address tells."""
    host = _ip(address)
    return str(ipaddress.ip_network(f"{host}/{24 if host.version == 4 else 56}", strict=False))


def _host(address):
    """One client: an IPv4 address, or the /64 that one IPv6 client has to itself."""
    host = _ip(address)
    return str(host if host.version == 4 else ipaddress.ip_network(f"{host}/64", strict=False))


def _ip(address):
    try:
        host = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return ipaddress.ip_address("0.0.0.0")  # noqa: S104 (an unknown client, not a binding)
    return getattr(host, "ipv4_mapped", None) or host
