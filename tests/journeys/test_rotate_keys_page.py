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
    settings = {k: str(v) for k, v in (houses.BANK | houses.AUTH).items() if k.isupper()}
    settings |= {f"{house.upper()}_DATABASE_URL": new_database(house, "sqlite")
                 for house in ("auth", "bank")}  # fmt: skip
    settings["PYTHONPATH"] = str(ROOT)
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
        typed.append(said.partition("flask --app wsgi:")[2])
        if said.endswith("--alg ES256"):
            after = {key["kid"]: key for key in keys(shell, "ES256")}
            [active] = [key for key in after.values() if key["state"] == "active"]
            assert active["signs_from"] == after[first["next"]]["signs_until"]  # a moment ahead
            assert active["signs_from"] > active["created_at"]

    assert [one for one in typed if one] == [
        *("auth keys list", "auth keys rotate", "auth keys rotate --alg ES256"),
        *("auth keys compromise KID --yes", "auth keys compromise --all --yes"),
        *("bank deed-keys list", "auth worker --once"),
        *("auth sealing rotate", "bank sealing rotate", "auth sealing status"),
    ]
    after = {key["kid"]: key for key in keys(shell, "ES256")}
    assert after[first["active"]]["state"] == after[first["next"]]["state"] == "gone"
