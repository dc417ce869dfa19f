"""How far an import is: a bar on a terminal, else a line now and then."""

import io
import sys

import pytest

from app.auth.import_commands import progress
from app.foundation import clock


class Terminal(io.StringIO):
    """Somewhere a bar can be drawn."""

    def isatty(self):
        return True


@pytest.fixture
def seconds(monkeypatch):
    """The seconds that have passed; a list of one, to be changed."""
    passed = [0.0]
    monkeypatch.setattr(clock, "ticks", lambda: passed[0])
    return passed


def test_a_terminal_shows_a_bar_with_rate_and_place(monkeypatch, seconds):
    monkeypatch.setattr(sys, "stderr", Terminal())

    with progress.shown(2000) as more:
        seconds[0] = 2
        more(500)
        more(1500)

    assert "500/2000" in sys.stderr.getvalue()
    assert "2000/2000" in sys.stderr.getvalue()
    assert "1000 a second" in sys.stderr.getvalue()


def test_elsewhere_a_line_now_and_then_says_how_far_it_is_and_how_long_it_takes(capsys, seconds):
    with progress.shown(100_000) as more:
        seconds[0] = 4
        more(500)
        seconds[0] = 10
        more(500)
        more(500)

    assert capsys.readouterr().err == "1000 of 100000 lines, 100 a second, 16 min 30 s left\n"
