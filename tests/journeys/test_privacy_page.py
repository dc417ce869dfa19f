"""What the page about privacy tells operators to type, typed word for word."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.support import houses
from tests.support.marks import mission
from tests.support.typed import Shell, commands, pattern

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/privacy.md").read_text("utf-8")


@pytest.fixture
def shell(new_database, tmp_path):
    """A terminal beside a new installation, in whose environment its settings are."""
    settings = {k: str(v) for k, v in houses.AUTH.items() if k.isupper()}
    settings |= {"AUTH_DATABASE_URL": new_database("auth", "sqlite"), "PYTHONPATH": str(ROOT)}
    settings |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    opened = Shell(tmp_path, settings)
    yield opened
    opened.close()


@mission("S118")
def test_holding_and_releasing_goes_as_the_page_says(shell):
    person = "--email ana@example.com --password cavalo-bateria-grampo"
    printed, status = shell.type(f"flask --app wsgi:auth people create {person} --json")
    assert status == 0, printed
    sub, typed = json.loads(printed)["sub"], 0

    for said, expected in commands(PAGE):
        printed, status = shell.type(said.replace("SUB", sub))

        assert status == 0, printed
        wanted = [line.replace("SUB", sub) for line in expected]
        assert pattern(wanted).match(printed), f"{said}\n{printed}"
        typed += 1

    assert typed == 3
