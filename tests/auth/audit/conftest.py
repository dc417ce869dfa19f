"""A sealed record to damage, and the verifiers to ask about it."""

import json

import pytest
from sqlalchemy import select

from app.auth import chaining
from app.auth.audit.chain.models import Link
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from tests.auth import stage
from tests.auth.audit import superuser


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
