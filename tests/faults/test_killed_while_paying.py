"""Money under ``kill -9``, small: the same run as ``make faults`` at full size."""

import json
from pathlib import Path

import pytest

from tests.faults.scene import Scene
from tests.support import parts
from tests.support.marks import abuse, mission
from tests.support.services import Missing

SECONDS = 10


@pytest.fixture
def scene(database_kind, run_folder):
    """A server with two workers and forty people."""
    folder = Path(run_folder) / f"faults-{database_kind}"
    folder.mkdir()
    folder.chmod(0o755)
    try:
        made = Scene(folder, database_kind, people=40, workers=2, seed=20261121)
    except Missing as why:
        parts.missing(database_kind, why)
    yield made
    made.leave()


@abuse("F02", "F05")
@mission("S100")
def test_whatever_is_killed_what_was_acknowledged_is_in_the_ledger_once(scene):
    scene.begin(clients=4)
    scene.kill_workers(SECONDS, every=2)
    back = scene.kill_database(away=0.5, after=10) if scene.store.kill else 0
    scene.end()

    status, told = scene.judge()

    assert status == 0, told
    figures = json.loads(told.splitlines()[0])
    assert figures["acknowledged"] > 50
    assert scene.killed >= 3
    assert back is not None
    assert 500 not in scene.statuses()
