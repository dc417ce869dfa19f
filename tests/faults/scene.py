"""Where a fault run takes place: a database that can be killed, the server, people with money.

The server is the real one with several workers, over HTTP. The people have accounts and wallets;
their tokens are signed with the server's own key, read from its database in this process, for a
sign-in by page for each of four hundred would only measure password hashing.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from app.auth.accounts import registration as accounts
from app.auth.database import db as auth_db
from app.auth.keys import ring, rotation
from app.bank.database import db as bank_db
from app.bank.ledger import funding
from app.foundation import clock, ids
from app.foundation.database import kept
from tests.faults.clients import Client, Purse
from tests.support import houses, pairs, services
from tests.support.live import LiveServer

FUNDED_MINOR = 10_000
APPS = ("app-of-the-first", "app-of-the-second")
SETTINGS = {
    "STEP_UP_FROM_MINOR": 10**13,
    "STEP_UP_CUMULATIVE_MINOR": 10**13,
    "STEP_UP_CUMULATIVE_COUNT": 10**9,
}


class Postgres:
    """A durable PostgreSQL of this run's own, which may be killed."""

    def __init__(self, folder):
        self._service = services.PostgreSQL(folder / "postgres", durable=True)
        self._service.start()
        self.urls = dict.fromkeys(houses.SETTINGS, self._service.url)
        for house, url in self.urls.items():
            houses.migrate(house, url)
        self.plain = self._service.url.replace("+psycopg", "")

    def kill(self):
        """Kill the postmaster as nothing else can; its backends go after it."""
        self._service.stop(signal.SIGKILL)

    def restart(self):
        """Start it until it takes connections: the dead one's memory may still be held."""
        until = time.monotonic() + services.PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(services.Missing, psycopg.OperationalError):
                if self._service.process is None or self._service.process.poll() is not None:
                    self._service.start()
                psycopg.connect(self.plain, connect_timeout=2).close()
                return
            time.sleep(0.05)
        raise services.Missing("postgres did not come back")

    def remove(self):
        """Stop it and remove its data."""
        self._service.remove()


class Sqlite:
    """A file a house; there is no process to kill but the server's own."""

    kill = restart = remove = None

    def __init__(self, folder):
        self.urls = {house: f"sqlite:///{folder / house}.sqlite3" for house in houses.SETTINGS}
        for house, url in self.urls.items():
            houses.migrate(house, url)
        self.plain = str(folder / "bank.sqlite3")


class Scene:
    """A server under fire, and its clients.

    folder: of this run, new; kind: of database; people, workers, clients: how many; seed: of
    every choice.
    """

    def __init__(self, folder, kind, *, people, workers, seed):
        self.folder = Path(folder)
        self._chance = random.Random(seed)
        self.store = Postgres(self.folder) if kind == "postgresql" else Sqlite(self.folder)
        self.server = LiveServer(self.folder, self.store.urls, workers=workers, **SETTINGS)
        self.server.start()
        self.purses = self._people(people)
        self.clients = []
        self.killed = 0

    def _people(self, number):
        with self.server.inside("auth") as house, house.app_context():
            with pairs.reused(), kept(auth_db):
                rotation.ensure()
            purses = [self._purse(house.config, person % 2) for person in range(number)]
        with self.server.inside("bank") as house, house.app_context():
            for purse in purses:
                with kept(bank_db):
                    funding.fund(purse.sub, FUNDED_MINOR)
        return purses

    def _purse(self, config, app):
        name = ids.new("person")
        with kept(auth_db):
            told = accounts.NewPerson(email=f"{name}@example.com", password=f"frase de {name}")
            user = accounts.create(told)
        now = clock.seconds()
        claims = {"iss": config["ISSUER"], "aud": config["BANK_AUDIENCE"], "sub": user.sub}
        claims |= {"iat": now, "exp": now + 3600, "jti": ids.secret(128), "user_id": user.id}
        claims |= {"client_id": APPS[app], "scope": "wallet:read wallet:transfer"}
        return Purse(user.sub, ring.sign(claims, alg="ES256", typ="at+jwt"))

    def begin(self, clients):
        """Let so many clients begin to send."""
        lines = self.folder / "lines"
        lines.mkdir()
        self.clients = [
            Client(self.server.port, self.purses, lines / f"{n}.jsonl", self._chance.random())
            for n in range(clients)
        ]
        for client in self.clients:
            client.start()

    def kill_workers(self, seconds, every):
        """Kill the server's eldest worker ``every`` so many seconds, for ``seconds``.

        The eldest: a worker that dies as soon as it was started again, granian takes for one that
        cannot start, and ends, so that whatever keeps granian starts all of it anew.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(every)
            workers = children(self.server.pid)
            if len(workers) > 1:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(workers[0], signal.SIGKILL)
                    self.killed += 1

    def kill_database(self, away, after):
        """Kill the database for ``away`` seconds; return seconds from its return to ten answers."""
        self.store.kill()
        time.sleep(away)
        self.store.restart()
        back = time.monotonic()
        while time.monotonic() < back + after:
            good = sorted(at for client in self.clients for at in list(client.good) if at > back)
            if len(good) >= 10:
                time.sleep(after / 2)
                return good[9] - back
            time.sleep(0.02)
        return None

    def end(self):
        """Let every client finish and ask again for what is open."""
        for client in self.clients:
            client.end()
        for client in self.clients:
            client.join(120)

    def judge(self):
        """Run the checker; return its exit status and what it prints."""
        program = Path(__file__).with_name("checker.py")
        command = [sys.executable, program, self.folder / "lines", self.store.plain]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def statuses(self):
        """Return how many answers there were of each status; None is no answer."""
        told = {}
        for client in self.clients:
            for status, times in client.statuses.items():
                told[status] = told.get(status, 0) + times
        return told

    def leave(self):
        """Stop everything."""
        self.server.stop()
        if self.store.remove:
            self.store.remove()


def children(pid):
    """Return the direct children of ``pid`` that are alive and serve, the eldest first."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in task.read_text().split()]
    return sorted((child for child in found if _serves(child)), key=_begun)


def _begun(pid):
    """When a process began, in ticks; one that is gone began first."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    return 0


def _serves(pid):
    """Is it a worker, and not the one process of Python's own that minds resources?"""
    with contextlib.suppress(OSError):
        told = Path(f"/proc/{pid}/cmdline").read_bytes()
        return bool(told) and b"resource_tracker" not in told
    return False
