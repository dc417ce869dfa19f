"""A month of a wallet: what there was, what came and went, what was left."""

from typing import NamedTuple

from app.bank.reports import reading
from app.bank.reports.history import Wanted
from app.bank.reports.periods import Period
from app.bank.reports.reading import Read


class Statement(NamedTuple):
    """One month. flows: what came and went, by kind; amounts in minor units."""

    wallet: Read
    month: Period
    opening_minor: int
    flows: list

    @property
    def closing_minor(self):
        """What was left at the end, or is left so far."""
        return self.opening_minor + self.total("in") - self.total("out")

    @property
    def wanted(self):
        """Which movements of the history are this month's."""
        return Wanted(since=self.month.start, until=self.month.end)

    def total(self, direction):
        """Return how much came ``in``, or went ``out``."""
        inward = direction == "in"
        return sum(each.amount_minor for each in self.flows if each.inward == inward)


def of(wallet, month):
    """Return the :class:`Statement` of ``wallet`` for ``month`` (a period)."""
    opening = reading.balance_before(wallet, month.start)
    return Statement(wallet, month, opening, reading.flows(wallet, [month], by_kind=True))
