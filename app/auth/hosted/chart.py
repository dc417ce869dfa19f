"""Two figures a period, as bars of one picture: where each stands, and how high."""

from typing import NamedTuple

WIDTH, HEIGHT = 360, 190
TOP, GROUND = 10, 160  # where the highest bar ends, and where all begin
LETTERS = 180  # where the words below them stand


class Bar(NamedTuple):
    """One bar. way: ``in`` or ``out``, the first figure or the second."""

    way: str
    x: float
    y: float
    height: float


class Group(NamedTuple):
    """The two bars of one period, and what is written below them."""

    bars: tuple
    middle: float
    label: str


class Chart(NamedTuple):
    """The picture: its size, its groups, and where its ground is."""

    width: int
    height: int
    ground: int
    letters: int
    bar: int
    groups: list

    @property
    def drawn(self):
        """Is there any bar to be seen?"""
        return any(bar.height for group in self.groups for bar in group.bars)


def of(rows, width=WIDTH, bar=16, apart=4):
    """Return the :class:`Chart` of ``rows``: label, first figure, second; the last right.

    width, bar, apart: of the picture, of a bar, and between the two of a period.
    """
    highest = max((max(first, second) for _label, first, second in rows), default=0) or 1
    room = width / max(1, len(rows))
    groups = []
    for number, (label, first, second) in enumerate(rows):
        middle = room * (number + 0.5)
        bars = (
            _bar("in", middle - bar - apart / 2, first / highest),
            _bar("out", middle + apart / 2, second / highest),
        )
        groups.append(Group(bars, round(middle, 1), label))
    return Chart(width, HEIGHT, GROUND, LETTERS, bar, groups)


def _bar(way, x, share):
    """A bar of nothing has no height; any other can be seen."""
    height = max(2.0, round((GROUND - TOP) * share, 1)) if share else 0.0
    return Bar(way, round(x, 1), GROUND - height, height)
