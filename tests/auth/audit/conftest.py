"""A sealed record to damage, and the verifiers to ask about it."""

import importlib.util
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from app.auth import chaining
from app.auth.audit.chain.models import Link
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from tests.auth import stage
from tests.auth.audit import superuser

TOOL = Path(__file__).parents[3] / "tools" / "verify_audit.py"


@pytest.fixture
def record(auth_app):
    """Twenty sealed records, the last three after the last signed head; see :class:`Record`."""
    with auth_app.app_context():
        stage.make_keys()
        chaining.seal(now=True)
        superuser.write(10)
        chaining.seal(now=True)
        superuser.write(7, 10)
        chaining.seal(now=True)
        superuser.write(3, 17)
        chaining.seal()
        yield Record(auth_app)


@pytest.fixture(scope="module")
def verifier():
    """The standalone verifier as a module."""
    spec = importlib.util.spec_from_file_location("verify_audit", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def judged(record, verifier, tmp_path, capsys):
    """Export the record and return what the standalone verifier says of the file."""

    def judge(*arguments, change=None, beside=None):
        file = tmp_path / "export"
        db.session.remove()
        done = record.run("audit", "export", str(file))
        assert done.exit_code == 0, done.output
        for changed, path in ((change, file), (beside, tmp_path / "export.manifest")):
            if changed:
                path.write_bytes(changed(path.read_bytes()))
        capsys.readouterr()
        status = verifier.main([str(file), "--json", *arguments])
        told = json.loads(capsys.readouterr().out)
        assert status == (0 if told["whole"] else 1 if told["damage"] != "unreadable" else 2)
        return told

    return judge


class Record:
    """The record of a house under test."""

    def __init__(self, app):
        self._app = app

    def seq(self, number):
        """Return the ``seq`` of the record about ``p<number>``."""
        db.session.rollback()
        mine = select(AuditRecord.seq).where(AuditRecord.subject == f"p{number}")
        return db.session.scalar(mine)

    def at(self, number):
        """Return its place in the chain."""
        return db.session.scalar(select(Link.number).where(Link.seq == self.seq(number)))

    def verify(self, *arguments):
        """Return how ``audit verify`` ended, and the damages that it named."""
        db.session.remove()
        done = self._app.test_cli_runner().invoke(args=["audit", "verify", "--json", *arguments])
        told = json.loads(done.stdout)
        assert done.exit_code == (0 if told["whole"] else 1), done.output
        return told

    def first(self, *arguments):
        """Return the kind and the record of the first damage."""
        damages = self.verify(*arguments)["damages"]
        return (damages[0]["damage"], damages[0]["record"]) if damages else None

    def anchor(self, path):
        """Write an anchor to ``path``."""
        done = self._app.test_cli_runner().invoke(args=["audit", "anchors", "write", str(path)])
        assert done.exit_code == 0, done.output

    def run(self, *arguments):
        """Run a command."""
        return self._app.test_cli_runner().invoke(args=list(arguments))
