"""Backed up while in use, restored elsewhere: whole, and what was used since is good no more."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select

from app.auth.accounts.proofs.models import VerificationToken
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.sessions.models import Session
from app.auth.tokens.models import RefreshToken
from tests.support import factories, houses, parts, steps
from tests.support.marks import abuse, mission

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(database_kind):
    """Run a script of ``deploy/backup`` for two databases; return what it prints."""
    if database_kind == "postgresql" and not shutil.which("pg_dump"):
        parts.missing("pg_dump", "no pg_dump here; on Debian: apt-get install postgresql-client")

    def script(name, argument, urls, status=0):
        environment = {"PATH": os.environ["PATH"], "PYTHON": sys.executable}
        environment |= {f"{house.upper()}_DATABASE_URL": url for house, url in urls.items()}
        done = subprocess.run(
            [ROOT / "deploy/backup" / name, argument],
            env=environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == status, done.stderr
        return done.stdout.strip() or done.stderr.strip()

    return script


@pytest.fixture
def elsewhere(databases, database_kind, tmp_path):
    """The addresses of two databases that hold nothing."""
    if database_kind == "sqlite":
        yield {house: f"sqlite:///{tmp_path / house}.restored" for house in houses.SETTINGS}
        return
    urls = {house: databases.empty() for house in houses.SETTINGS}
    yield urls
    for url in urls.values():
        databases.drop(url)


def command(app, *arguments):
    done = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
    return done.exit_code, done.stdout


@mission("S33")
@abuse("F32")
def test_a_restored_backup_makes_nothing_good_again(
    new_database, database_kind, elsewhere, run, tmp_path
):
    urls = {house: new_database(house, database_kind) for house in houses.SETTINGS}
    before = houses.create("auth", urls["auth"])
    factories.keys(before)
    app, person = factories.app(before), factories.person(before)
    browser = before.test_client()
    tokens = steps.tokens(browser, app, person, scope="openid offline_access wallet:read")
    backup = run("backup.sh", tmp_path / "backups", urls)
    used = steps.refresh(before.test_client(), app, tokens["refresh_token"])
    assert used.status_code == 200
    assert command(before, "audit", "anchors", "write", tmp_path / "anchors.jsonl")[0] == 0
    houses.close(before)

    run("restore.sh", backup, elsewhere)
    after = houses.create("auth", elsewhere["auth"])
    with after.app_context():
        recorded = db.session.scalar(select(func.count()).select_from(AuditRecord))
    cut = command(after, "audit", "verify", "--anchors", tmp_path / "anchors.jsonl")
    status, told = command(after, "after-restore")
    again = steps.refresh(after.test_client(), app, tokens["refresh_token"])
    shown = after.test_client()
    asked = steps.introspect(shown, app, tokens["access_token"])

    assert recorded > 5
    assert cut[0] == 1
    assert "truncated" in cut[1]
    assert status == 0
    assert told.splitlines()[0] == "people  1"
    assert (again.status_code, again.json["error"]) == (400, "invalid_grant")
    assert asked.json == {"active": False}
    with after.app_context():
        live = [Session.ended_at.is_(None), RefreshToken.ended_at.is_(None)]
        assert [db.session.scalar(select(func.count()).where(each)) for each in live] == [0, 0]
        assert db.session.scalar(select(func.count()).select_from(VerificationToken)) == 0
    assert command(after, "audit", "verify")[0] == 0
    fresh = steps.tokens(after.test_client(), app, person, scope="openid offline_access")
    assert "refresh_token" in fresh
    houses.close(after)


def test_it_is_never_restored_over_what_is_there(new_database, database_kind, run, tmp_path):
    urls = {house: new_database(house, database_kind) for house in houses.SETTINGS}
    backup = run("backup.sh", tmp_path / "backups", urls)

    said = run("restore.sh", backup, urls, status=1)

    assert ("there already" in said) or ("not empty" in said)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_backup_that_was_changed_is_refused(
    new_database, database_kind, elsewhere, run, tmp_path
):
    urls = {house: new_database(house, database_kind) for house in houses.SETTINGS}
    backup = Path(run("backup.sh", tmp_path / "backups", urls))
    with open(backup / "auth.sqlite3", "ab") as file:
        file.write(b"more")

    run("restore.sh", backup, elsewhere, status=1)

    assert not Path(make_url(elsewhere["bank"]).database).exists()
    assert backup.stat().st_mode & 0o077 == 0
