"""How a wallet's money moves: a series of months or weeks, their average, and what changed."""

from typing import NamedTuple

from app.bank.reports import periods, reading
from app.bank.reports.periods import Period

STEPS = {"month": (periods.last_months, 12, 36), "week": (periods.last_weeks, 12, 104)}
MEASURES = ("in", "out", "balance")


class Point(NamedTuple):
    """One period. complete: is it over; amounts in minor units."""

    period: Period
    complete: bool
    count: int
    values: dict  # measure → amount; the balance is that at its end


class Trend(NamedTuple):
    """The series; average: of the complete periods since the wallet opened, or None.

    change: of the last complete period against the one before, by measure, or None.
    """

    series: list
    average: dict | None
    change: tuple | None


def of(wallet, by, count, now):
    """Return the :class:`Trend` of ``wallet`` over ``count`` months or weeks up to ``now``."""
    asked = STEPS[by][0](periods.today(now), count)
    held = reading.balance_before(wallet, asked[0].start)
    flows = reading.flows(wallet, asked)
    series = []
    for number, period in enumerate(asked):
        mine = [flow for flow in flows if flow.period == number]
        came = sum(flow.amount_minor for flow in mine if flow.inward)
        went = sum(flow.amount_minor for flow in mine if not flow.inward)
        held += came - went
        values = {"in": came, "out": went, "balance": held}
        count = sum(flow.count for flow in mine)
        series.append(Point(period, period.end <= now, count, values))
    over = [p for p in series if p.complete and p.period.end > wallet.opened_at]
    return Trend(series, _average(over), tuple(over[-2:]) if len(over) > 1 else None)


def percent(before, after):
    """Return by how many percent ``after`` is more than ``before``, to one place; None from 0."""
    return round((after - before) * 100 / before, 1) if before else None


def _average(points):
    if not points:
        return None
    return {
        name: round(sum(point.values[name] for point in points) / len(points))
        for name in ("in", "out")
    }
