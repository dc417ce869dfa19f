"""When what did not work is tried again: soon at first, then ever later, then as late each time."""

from datetime import timedelta

WAITS = (2, 5, 15, 60, 300, 900, 1800)  # seconds after each try


def after(tries, waits=WAITS):
    """Return how long to wait after so many ``tries`` (1 and up)."""
    return timedelta(seconds=waits[min(tries, len(waits)) - 1])
