"""Tries at a secret, counted before they are judged (`decisions.md` §7).

Each count is one conditional statement in a transaction of its own: no race and no rollback
forgets it. The counts name no one: keys are HMACs, and start anew when another sealing key becomes
the first.
"""

import ipaddress
from datetime import timedelta
from math import ceil
from typing import NamedTuple

from flask import current_app
from sqlalchemy import bindparam, select, text

from app.auth.accounts.models import LoginTries
from app.foundation import clock, digests
from app.foundation.database import UtcDateTime
from app.foundation.problems import Problem

MOMENTS = [bindparam("now", type_=UtcDateTime), bindparam("until", type_=UtcDateTime)]

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
).bindparams(*MOMENTS)
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


class Bucket(NamedTuple):
    """One count: its key, and how many tries it holds before it pauses."""

    key: bytes
    most: int
    quiet: bool


def count(connection, bucket, now, seconds=None):
    """Count one try in ``bucket`` and return how many there are now. Raises Paused.

    seconds: how long it counts; else ``LOGIN_WINDOW_SECONDS``.
    """
    until = now + timedelta(seconds=seconds or current_app.config["LOGIN_WINDOW_SECONDS"])
    tries = connection.scalar(_COUNT, {**bucket._asdict(), "now": now, "until": until})
    if tries is None:
        ends_at = select(LoginTries.ends_at).where(LoginTries.key == bucket.key)
        raise Paused(connection.scalar(ends_at) or until)
    return tries


def give_back(connection, keys):
    """Take one try out of each count of ``keys``."""
    for key in keys:
        connection.execute(_GIVE_BACK, {"key": key})


def key(kind, *parts):
    """Return the key of the count of ``kind`` for what the ``parts`` (text) name."""
    secret = current_app.extensions["sealing"].derive("login_tries")
    named = "\n".join((kind, *parts))
    return digests.keyed(secret, named.encode("utf-8", "replace").decode())


def network(address):
    """The client's neighbourhood: a household or an office, as far as an address tells."""
    client = _ip(address)
    return str(ipaddress.ip_network(f"{client}/{24 if client.version == 4 else 56}", strict=False))


def host(address):
    """One client: an IPv4 address, or the /64 that one IPv6 client has to itself."""
    client = _ip(address)
    return str(
        client if client.version == 4 else ipaddress.ip_network(f"{client}/64", strict=False)
    )


def _ip(address):
    try:
        client = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return ipaddress.ip_address("0.0.0.0")  # noqa: S104 (an unknown client, not a binding)
    return getattr(client, "ipv4_mapped", None) or client
