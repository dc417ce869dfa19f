"""The mail server away for five minutes, a worker killed before it: nobody waits, nothing is lost.

The worker that is killed is a real process; with SOAK set there are a hundred messages.
"""

import os
import statistics
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import exists, select

from app.auth.database import db
from app.auth.notifications import delivery, post
from app.auth.notifications.models import OutboxMessage
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import persons
from tests.auth.pages.visitor import Visitor
from tests.support import houses, services
from tests.support.live import ROOT
from tests.support.marks import mission

MANY, VISITS = (100, 40) if os.environ.get("SOAK") else (30, 8)
TYPICAL = statistics.mean if os.environ.get("SOAK") else min
BEFORE_THE_KILL = 5
GENEROUS = {"CODES_PER_NETWORK": 10**6}


@pytest.fixture
def now():
    """Time stands still at the moment it is, which is also that of the worker's process."""
    real = datetime.now(UTC)
    with time_machine.travel(real, tick=False) as held:
        yield held


@pytest.fixture
def house(create_house, office):
    """A house where many may ask for a code; a context is open."""
    app = create_house("auth", **office.settings | GENEROUS)
    with app.app_context():
        for number in range(2 * VISITS):
            persons.open_account(f"v{number}@example.com", verified=True)
        yield app


def killed_in_the_middle(app, office):
    """Let a process of the worker's deliver, and kill it while a mail is on its way."""
    reached, killed = threading.Event(), threading.Event()

    def at_data(_mail):
        if len(office.mails) < BEFORE_THE_KILL:
            return None
        reached.set()
        killed.wait(60)
        return "451 nobody is there to hear that it was taken"

    office.at_data = at_data
    settings = (
        houses.AUTH | office.settings | {"AUTH_DATABASE_URL": app.config["AUTH_DATABASE_URL"]}
    )
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi:auth", "messages", "deliver"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin"} | {n: str(v) for n, v in settings.items() if n.isupper()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=services.die_with_parent,  # noqa: PLW1509 (one system call)
    )
    assert reached.wait(60), "the worker sent nothing"
    worker.kill()
    worker.wait()
    killed.set()


def visit(app, number):
    """Ask for a code to recover, as a person of one's own; return how long the answer took."""
    visitor = Visitor(app)
    form = visitor.open("/forgot").forms["forgot-form"]
    typed = form["fields"] | {"identifier": f"v{number}@example.com"}
    began = time.perf_counter()
    visitor.client.post(form["action"], data=typed)
    return time.perf_counter() - began


def compared(app, office):
    """Return how long a page takes with the mail server there and with it away, turn by turn."""
    there, away = [], []
    for number in range(0, 2 * VISITS, 2):
        away.append(visit(app, number))
        office.start()
        there.append(visit(app, number + 1))
        office.stop()
    return TYPICAL(there), TYPICAL(away)


@mission("S9")
def test_no_page_is_slower_and_every_message_arrives_once(now, house, office):
    with kept(db):
        told = {"at": clock.now(), "device": None}
        for number in range(MANY):
            post.mail("password_changed", f"p{number}@example.com", **told)
    killed_in_the_middle(house, office)
    office.stop()
    office.at_data = None

    for _ in range(20):
        assert set(delivery.deliver_due()) <= {"failed"}
        now.shift(15)
    there, away = compared(house, office)
    office.start()
    for _ in range(60):
        if db.session.scalar(select(exists().where(OutboxMessage.due_at.is_not(None)))):
            delivery.deliver_due()
            now.shift(5)

    arrived = {(mail.to[0], mail.message["Message-ID"]) for mail in office.mails}
    everybody = [f"p{n}@example.com" for n in range(MANY)]
    everybody += [f"v{n}@example.com" for n in range(2 * VISITS)]
    assert sorted(to for to, _ in arrived) == sorted(everybody)
    again = len(office.mails) - len(arrived)  # taken, when who sent it was killed: the same id
    assert again <= delivery.SIDE_BY_SIDE
    assert away < there * 1.1 + 0.01
