"""An import that is killed leaves nobody half there, and goes on when it is run again.

The real command in a process of its own; ``SOAK=1`` brings 100,000 people in.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.auth.accounts.imported.models import ImportedLine
from app.auth.accounts.models import User
from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.factors.models import TotpSecret
from app.auth.flows.imports import batch
from app.auth.institutions.models import UserInstitution, UserRole
from tests.auth.import_commands import town
from tests.support import houses

ROOT = Path(__file__).parents[3]
PEOPLE = 100_000 if os.environ.get("SOAK") else 2_000
MOST_SECONDS = 300


@pytest.fixture
def command(auth_app, tmp_path):
    """Start the command on a town's file: ``command("--json")`` gives the process."""
    file = tmp_path / "people.jsonl"
    town.write(file, PEOPLE)
    settings = {name: str(v) for name, v in houses.SETTINGS["auth"].items() if name.isupper()}
    settings["AUTH_DATABASE_URL"] = auth_app.config["AUTH_DATABASE_URL"]
    flask = [sys.executable, "-m", "flask", "--app", "wsgi:auth"]

    def start(*more):
        return subprocess.Popen(
            [*flask, "people", "import", str(file), "--add-institution", "default", *more],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin"} | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def count(app, *query):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(query[0]).where(*query[1:]))


def wait_for_people(app, process):
    while not count(app, ImportedLine):
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


THEIRS = User.email_folded.like("%@banco.example")
OF_THEM = select(User.id).where(THEIRS)


def whole(app):
    """Return how many of the town are there; each has all of theirs."""
    people = count(app, User, THEIRS)
    assert people == count(app, ImportedLine)
    assert people == count(app, UserInstitution, UserInstitution.user_id.in_(OF_THEM))
    assert people == count(app, UserRole, UserRole.user_id.in_(OF_THEM), UserRole.role == "user")
    assert people == count(app, AuditRecord, AuditRecord.data == '{"by":"import"}')
    apps = count(app, TotpSecret)
    assert apps == count(app, AuditRecord, AuditRecord.event == events.FACTOR_ADDED)
    assert people % batch.SIZE == 0
    assert apps == people // 10
    return people


def test_a_killed_import_leaves_nobody_half_there_and_goes_on(auth_app, command):
    killed = command()
    wait_for_people(auth_app, killed)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    there = whole(auth_app)

    begun = time.monotonic()
    again = command("--json")
    said, trouble = again.communicate()

    assert again.returncode == 0, trouble
    told = json.loads(said)
    assert 0 < there < PEOPLE
    assert (told["already"], told["imported"]) == (there, PEOPLE - there)
    assert whole(auth_app) == PEOPLE
    assert time.monotonic() - begun < MOST_SECONDS


def test_ctrl_c_ends_after_the_batch_and_says_how_to_go_on(auth_app, command):
    stopped = command()
    wait_for_people(auth_app, stopped)
    stopped.send_signal(signal.SIGINT)
    said, _ = stopped.communicate()

    assert stopped.returncode == 130
    assert "Run the same command again to go on" in said
    assert 0 < whole(auth_app) < PEOPLE
