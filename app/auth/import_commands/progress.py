"""How far an import is: a bar on a terminal, else a line now and then; on standard error."""

import sys
from contextlib import contextmanager

import click

from app.foundation import clock

EVERY = 5  # seconds between two lines


@contextmanager
def shown(total):
    """Yield a function to be told how many more of ``total`` lines are done."""
    pace = _Pace(total)
    if not sys.stderr.isatty():
        yield pace.tell
        return
    with click.progressbar(
        length=total,
        show_pos=True,
        show_eta=True,
        item_show_func=lambda _: f"{pace.a_second():.0f} a second",
        file=sys.stderr,
    ) as bar:

        def more(count):
            pace.add(count)
            bar.update(count)

        yield more


class _Pace:
    """How many of ``total`` lines are done, and how fast."""

    def __init__(self, total):
        self._total, self._done = total, 0
        self._begun = self._told = clock.ticks()

    def add(self, count):
        """So many more are done."""
        self._done += count

    def a_second(self):
        """Return how many are done a second."""
        return self._done / max(0.001, clock.ticks() - self._begun)

    def tell(self, count):
        """So many more are done; say how far it is when that was not said for a while."""
        self.add(count)
        now = clock.ticks()
        if now - self._told < EVERY:
            return
        self._told, rate = now, self.a_second()
        left = (self._total - self._done) / rate
        click.echo(
            f"{self._done} of {self._total} lines, {rate:.0f} a second,"
            f" {left // 60:.0f} min {left % 60:.0f} s left",
            err=True,
        )
