"""The signals: one small rule each over the facts, with the points it adds. Pure.

Every one can be told to a person in a sentence; none looks at anything a person is.
"""

from typing import Any, NamedTuple

from app.auth.risk import places


class Signal(NamedTuple):
    """One rule. ``name`` ends up in the record; ``applies``: a function of ``Facts``."""

    name: str
    points: int
    applies: Any


def new_device(facts):
    """The person never signed in from this browser, but has from another."""
    return not facts.is_first and not facts.device_known


def new_network(facts):
    """The person never signed in from this neighbourhood of the internet, but has from another."""
    return not facts.is_first and not facts.network_known


def many_failures(facts):
    """The right password came after many wrong ones, whoever typed them."""
    return facts.failed >= facts.limits["RISK_FAILED_TRIES"]


def many_people(facts):
    """Many other people signed in from this very address within the hour.

    Offices and mobile networks look like that too, so it weighs little by itself.
    """
    return facts.others >= facts.limits["RISK_ACCOUNTS_PER_ADDRESS"]


def impossible_travel(facts):
    """Nobody can have come from where the person was last in so short a time."""
    if facts.place is None or facts.before is None:
        return False
    where, when = facts.before
    hours = max((facts.at - when).total_seconds(), 60) / 3600
    way = places.distance_km(where, facts.place)
    return way > 100 and way / hours > facts.limits["RISK_SPEED_KMH"]


def odd_hour(facts):
    """The person has signed in often, and never within two hours of this hour of the day."""
    if len(facts.hours) < facts.limits["RISK_HABIT_SIGN_INS"]:
        return False
    return all(2 < (facts.hour - hour) % 24 < 22 for hour in facts.hours)


SIGNALS = (
    Signal("new_device", 20, new_device),
    Signal("new_network", 10, new_network),
    Signal("many_failures", 25, many_failures),
    Signal("many_people", 15, many_people),
    Signal("impossible_travel", 40, impossible_travel),
    Signal("odd_hour", 10, odd_hour),
)
