"""What came in and what went out, as bars of one picture: where each stands, and how high."""

from typing import NamedTuple

WIDTH, HEIGHT = 360, 190
TOP, GROUND = 10, 160  # where the highest bar ends, and where all begin
LETTERS = 180  # where the words below them stand
BAR, APART = 16, 4


class Bar(NamedTuple):
    """One bar. way: ``in`` or ``out``."""

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


def of(rows):
    """Return the :class:`Chart` of ``rows``: label, what came in, what went out; the last right."""
    highest = max((max(came, went) for _label, came, went in rows), default=0) or 1
    room = WIDTH / max(1, len(rows))
    groups = []
    for number, (label, came, went) in enumerate(rows):
        middle = room * (number + 0.5)
        bars = (
            _bar("in", middle - BAR - APART / 2, came / highest),
            _bar("out", middle + APART / 2, went / highest),
        )
        groups.append(Group(bars, round(middle, 1), label))
    return Chart(WIDTH, HEIGHT, GROUND, LETTERS, BAR, groups)


def _bar(way, x, share):
    """A bar of nothing has no height; any other can be seen."""
    height = max(2.0, round((GROUND - TOP) * share, 1)) if share else 0.0
    return Bar(way, round(x, 1), GROUND - height, height)
