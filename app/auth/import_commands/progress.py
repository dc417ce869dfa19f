"""How far an import is: a bar on a terminal, else a line now and then; on standard error."""

import sys
from contextlib import contextmanager

import click

from app.foundation import clock

EVERY = 5  # seconds between two lines


@contextmanager
def shown(total):
    """Yield a function to be told how many more of ``total`` lines are done."""
    if not sys.stderr.isatty():
        yield _Lines(total).more
        return
    begun = clock.ticks()
    with click.progressbar(
        length=total,
        show_pos=True,
        show_eta=True,
        item_show_func=lambda _: f"{bar.pos / max(0.001, clock.ticks() - begun):.0f} a second",
        file=sys.stderr,
    ) as bar:
        yield lambda count: bar.update(count, count)


class _Lines:
    """Lines of text, at most one in :data:`EVERY` seconds."""

    def __init__(self, total):
        self._total, self._done = total, 0
        self._begun = self._told = clock.ticks()

    def more(self, count):
        """So many more are done; say how far it is when it was not said for a while."""
        self._done += count
        now = clock.ticks()
        if now - self._told < EVERY:
            return
        self._told = now
        rate = self._done / (now - self._begun)
        left = (self._total - self._done) / rate
        click.echo(
            f"{self._done} of {self._total} lines, {rate:.0f} a second,"
            f" {left // 60:.0f} min {left % 60:.0f} s left",
            err=True,
        )
