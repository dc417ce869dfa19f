"""The pages for operators, typed word for word: beside a server, or where there is none yet."""

import os
import sys
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from tests.support import services, typed
from tests.support.marks import abuse, mission

ROOT = Path(__file__).parents[2]


@pytest.fixture
def type_out(served, shell):
    """Type a page of ``docs/`` with this server's address in it: ``type_out("x.md")``."""

    def run(page):
        here = [("localhost:3000", f"localhost:{served.port}")]
        return typed.type_out(f"docs/{page}", shell, here)

    return run


PAGES = [("scale.md", 1), ("upgrade.md", 4), ("watch.md", 6), ("help-a-person.md", 9)]


@pytest.mark.parametrize(("page", "least"), PAGES)
def test_a_page_works_word_for_word(type_out, page, least):
    assert len(type_out(page)) >= least


@abuse("F32")
def test_the_drill_works_word_for_word(type_out):
    assert len(type_out("back-up.md")) > 12


def test_responding_works_word_for_word(type_out):
    assert len(type_out("respond-to-an-incident.md")) == 5


@pytest.fixture
def machine(tmp_path):
    """A terminal on a machine with the program, a mail server, and nothing else."""
    for name in ("app", "migrations", "templates", "static", "wsgi.py", "serve.py"):
        (tmp_path / name).symlink_to(ROOT / name)
    mail = Controller(Sink(), hostname="127.0.0.1", port=services.free_port())
    mail.start()
    settings = {"PYTHONPATH": str(ROOT), "MAIL_PORT": str(mail.port)}
    settings |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    opened = typed.Shell(tmp_path, settings | {"HOME": str(tmp_path), "DRAIN_SECONDS": "1"})
    yield opened
    opened.close()
    mail.stop()


@mission("S127", "S128")
def test_installing_works_word_for_word(machine, tmp_path):
    ports = [services.free_port(), services.free_port()]
    here = [("postgresql+psycopg://auth@db.internal/auth", f"sqlite:///{tmp_path}/auth.sqlite3")]
    here += [("postgresql+psycopg://bank@db.internal/bank", f"sqlite:///{tmp_path}/bank.sqlite3")]
    here += [("3000", str(ports[0])), ("3001", str(ports[1]))]

    typed_out = typed.type_out("docs/install.md", machine, here)

    assert len(typed_out) > 20
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert not any(services.answers(port) for port in ports)
    for log in ("auth.log", "bank.log"):
        assert '"level": "error"' not in (tmp_path / log).read_text()
