"""Gauges that are read when somebody asks for them: what all processes and machines share.

So any process can tell, and what a worker that is gone should have told is told all the same.
"""

from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.logs import log
from app.foundation.problems import Problem


class Reading(NamedTuple):
    """One gauge: ``portaria_<name>``, and its values by the value of ``label``, or one alone."""

    name: str
    says: str
    values: object  # a number, or a dict; None: there is nothing to tell
    label: str | None = None


class Readings:
    """What the functions ``reads``, each of which yields :class:`Reading`, find in ``app``."""

    def __init__(self, app, reads):
        self._app, self._reads = app, reads

    def collect(self):
        """Yield each gauge, and how many of the functions could not be asked."""
        families, failed = [], 0
        with self._app.app_context():
            for read in self._reads:
                try:
                    found = [_family(each) for each in read() if each.values is not None]
                except (SQLAlchemyError, Problem) as error:
                    self._app.database.session.rollback()
                    log.warning("readings failed", of=read.__name__, error=type(error).__name__)
                    failed += 1
                else:
                    families += found
        house = self._app.import_name.split(".")[1]
        yield from families
        yield _family(Reading(f"{house}_readings_failed", "Gauges that cannot be read now", failed))


def init_app(app, *reads):
    """Let ``/metrics`` of ``app`` tell what ``reads`` find."""
    app.extensions["readings"] = [Readings(app, reads)]


def join(app, other):
    """Let ``/metrics`` of ``app`` tell what ``other`` would: one machine, one page."""
    app.extensions["readings"] += other.extensions["readings"]


def _family(reading):
    labels = [reading.label] if reading.label else []
    family = GaugeMetricFamily(f"portaria_{reading.name}", reading.says, labels=labels)
    values = reading.values if reading.label else {None: reading.values}
    for which, value in values.items():
        family.add_metric([which] if reading.label else [], value)
    return family
