"""What a run could not prove because a part was missing: said at the end, and a failure in CI."""

import os

import pytest

MARK = "missing part: "


def missing(name, why):
    """Skip this test and remember that ``name`` was not there."""
    pytest.skip(f"{MARK}{name}: {' '.join(str(why).split())}")


def named(reports):
    """Return what the skipped ``reports`` missed, each once."""
    texts = (str(report.longrepr[2]) for report in reports if isinstance(report.longrepr, tuple))
    return sorted({text.split(MARK, 1)[1] for text in texts if MARK in text})


def are_required():
    """Is a missing part a failure? In CI it is."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}
