"""What ``docs/evidence.md`` tells auditors to type does what it says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import typed
from tests.support.marks import mission

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shell():
    """A shell in the repository, where ``python3`` has ``cryptography``."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    opened = typed.Shell(ROOT, {"PATH": path})
    yield opened
    opened.close()


@mission("S79")
def test_verifying_evidence_works_word_for_word(shell):
    assert len(typed.type_out("docs/evidence.md", shell)) == 5


def test_the_help_of_the_verifier_names_all_that_can_be_asked():
    tool = ROOT / "tools" / "verify_evidence.py"
    command = [sys.executable, tool, "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)

    for option in ("--amount", "--currency", "--payee", "--bank-keys", "--issuer-keys", "--json"):
        assert option in told.stdout


def test_an_auditor_reads_it_in_one_sitting_and_finds_nothing_of_ours():
    text = (ROOT / "tools" / "verify_evidence.py").read_text()

    assert len(text.splitlines()) <= 250
    assert "import app" not in text
    assert "from app" not in text
