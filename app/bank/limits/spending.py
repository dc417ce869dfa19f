"""Count what leaves a wallet, and refuse what passes its owner's limits (F-17).

Counted by every deed that spends, under the wallet's lock and in the deed's own transaction: of
two deeds at once the second counts the first, and one that is undone counts nothing.
"""

from typing import NamedTuple

from flask import current_app

from app.bank.database import hot
from app.bank.limits import periods
from app.foundation import clock
from app.foundation.hot import Statement
from app.foundation.problem_documents import wrong
from app.foundation.problems import Problem

_EFFECTIVE = Statement(
    """SELECT
    CASE WHEN next_from <= :now THEN next_deed_minor ELSE deed_minor END,
    CASE WHEN next_from <= :now THEN next_day_minor ELSE day_minor END,
    CASE WHEN next_from <= :now THEN next_night_minor ELSE night_minor END
    FROM wallet_limits WHERE wallet_id = :wallet_id"""
)
_COUNT = Statement(
    "INSERT INTO wallet_spending (wallet_id, period, spent_minor)"
    " VALUES (:wallet_id, :period, :minor) ON CONFLICT (wallet_id, period) DO UPDATE"
    " SET spent_minor = wallet_spending.spent_minor + excluded.spent_minor RETURNING spent_minor"
)


_GIVE_BACK = Statement(
    "UPDATE wallet_spending SET spent_minor = spent_minor - :minor"
    " WHERE wallet_id = :wallet_id AND period = :period AND spent_minor >= :minor"
)


class Passed(Problem):
    """The deed would pass a limit of the wallet."""

    code = "limit_exceeded"
    status = 422
    description = "This passes a limit of the wallet. Nothing has moved."

    def __init__(self, name, minor, left):
        super().__init__()
        self.errors = [wrong("amount", f"{name}_limit", "This passes a limit of the wallet.")]
        self.members = {"limit": {"name": name, "amount": minor, "left": left}}


class Limits(NamedTuple):
    """How much may leave at once, in a day, in a night; minor units."""

    deed: int
    day: int
    night: int


def of_the_house():
    """Return the :class:`Limits` of who has settled none (``LIMIT_…_MINOR``)."""
    return Limits(*(current_app.config[f"LIMIT_{name}_MINOR"] for name in ("DEED", "DAY", "NIGHT")))


def effective(wallet_id):
    """Return the :class:`Limits` of the wallet at this moment: its owner's, else the house's."""
    house = of_the_house()
    own = hot.first_within(_EFFECTIVE, wallet_id=wallet_id, now=clock.now())
    if own is None:
        return house
    return Limits(*(house[at] if minor is None else minor for at, minor in enumerate(own)))


def count(wallet_id, minor):
    """Count ``minor`` leaving the wallet, whose row is locked; return when: to :func:`give_back`.

    Raises Passed: when it passes a limit.
    """
    limits = effective(wallet_id)
    if minor > limits.deed:
        raise Passed("deed", limits.deed, limits.deed)
    now = clock.now()
    period, at_night = periods.of(now)
    name, limit = ("night", limits.night) if at_night else ("day", limits.day)
    ((spent,),) = hot.within(_COUNT, wallet_id=wallet_id, period=period, minor=minor)
    if spent > limit:
        raise Passed(name, limit, max(0, limit - spent + minor))
    return now


def give_back(wallet_id, minor, moment):
    """Count ``minor``, which was counted at ``moment`` and came back to the wallet, no more."""
    period, _at_night = periods.of(moment)
    hot.within(_GIVE_BACK, wallet_id=wallet_id, period=period, minor=minor)
