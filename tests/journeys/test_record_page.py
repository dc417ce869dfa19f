"""What the page about the record tells to type, typed word for word."""

import os
import sys
from pathlib import Path

import pytest

from tests.support import houses
from tests.support.marks import mission
from tests.support.typed import Shell, type_out

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shell(new_database, tmp_path):
    """A terminal beside a new installation, in whose environment its settings are."""
    settings = {k: str(v) for k, v in houses.AUTH.items() if k.isupper()}
    settings |= {"AUTH_DATABASE_URL": new_database("auth", "sqlite"), "PYTHONPATH": str(ROOT)}
    settings |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    (tmp_path / "tools").symlink_to(ROOT / "tools")
    opened = Shell(tmp_path, settings)
    yield opened
    opened.close()


@mission("S87")
def test_verifying_the_record_goes_as_the_page_says(shell):
    assert len(type_out("docs/the-record.md", shell)) == 9
