"""What the page about keys tells to type, typed word for word."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.support import houses
from tests.support.marks import behaviour
from tests.support.typed import Shell, commands, pattern

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/rotate-keys.md").read_text("utf-8")


@pytest.fixture
def shell(new_database, tmp_path):
    """A terminal beside a new installation, in whose environment its settings are."""
    settings = {k: str(v) for k, v in houses.AUTH.items() if k.isupper()}
    settings |= {"AUTH_DATABASE_URL": new_database("auth", "sqlite"), "PYTHONPATH": str(ROOT)}
    settings |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    opened = Shell(tmp_path, settings)
    yield opened
    opened.close()


def keys(shell, alg):
    """Return the keys of ``alg``, as the command line tells of them."""
    printed, status = shell.type("flask --app wsgi:auth keys list --json")
    assert status == 0, printed
    return [key for key in json.loads(printed) if key["alg"] == alg]


@behaviour(25)
def test_rotating_keys_goes_as_the_page_says(shell):
    first = {key["state"]: key["kid"] for key in keys(shell, "ES256")}
    typed = []

    for said, expected in commands(PAGE):
        printed, status = shell.type(said.replace("KID", first["active"]))

        assert status == 0, f"{said}\n{printed}"
        wanted = [line.replace("KID", first["active"]) for line in expected]
        assert not wanted or pattern(wanted).match(printed), f"{said}\n{printed}"
        typed.append(said.partition("wsgi:auth ")[2])

    assert typed == [
        *("keys list", "keys rotate", "keys rotate --alg ES256", "keys retire KID"),
        "worker --once",
    ]
    after = {key["kid"]: key for key in keys(shell, "ES256")}
    assert after[first["active"]]["state"] == "gone"
    assert after[first["next"]]["state"] == "retired"
    [active] = [key for key in after.values() if key["state"] == "active"]
    assert active["signs_from"] == after[first["next"]]["signs_until"]  # a moment ahead
    assert active["signs_from"] > active["created_at"]
