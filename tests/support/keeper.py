"""Keeps one PostgreSQL and one Valkey for a whole test run, however many processes it has.

The keeper is a process of its own: a service starts when first asked for, and all of them stop
when its standard input closes, so nothing stays behind even when the run is killed.
"""

import contextlib
import json
import os
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support import services

ADDRESSES = {"postgresql": "TEST_DATABASE_URL", "valkey": "TEST_REDIS_URL"}
KINDS = {"postgresql": services.PostgreSQL, "valkey": services.Valkey}


class Run:
    """One test run: its folder, and the keeper in it."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="portaria-", dir="/tmp"))
        self.folder.chmod(0o755)
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.keeper", str(self.folder)],
            stdin=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            start_new_session=True,
        )

    def end(self):
        """Stop what was started and remove the folder."""
        self._keeper.stdin.close()
        self._keeper.wait(30)


def ask(folder, kind):
    """Return the address of a ``kind`` of service, started if need be. Raises Missing."""
    given = os.environ.get(ADDRESSES[kind])
    if given:
        return given
    door = Path(folder) / "door"
    services.wait_for(door.exists, "the keeper")
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(door))
        caller.sendall(kind.encode())
        answer = json.loads(caller.recv(4096))
    if "missing" in answer:
        raise services.Missing(answer["missing"])
    return answer["url"]


def keep(folder):
    """Answer who asks for a service, until standard input closes."""
    started = {}
    with socket.socket(socket.AF_UNIX) as door, selectors.DefaultSelector() as waiting:
        door.bind(str(folder / "door.new"))
        door.listen(16)
        (folder / "door.new").rename(folder / "door")
        waiting.register(door, selectors.EVENT_READ)
        waiting.register(sys.stdin, selectors.EVENT_READ)
        while all(key.fileobj is door for key, _ in waiting.select()):
            caller, _ = door.accept()
            with caller, contextlib.suppress(ConnectionError):
                kind = caller.recv(64).decode()
                caller.sendall(json.dumps(_answer(folder, kind, started)).encode())
    for service in started.values():
        service.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _answer(folder, kind, started):
    if kind not in started:
        service = KINDS[kind](folder / kind)
        try:
            service.start()
        except services.Missing as why:
            return {"missing": str(why)}
        started[kind] = service
    return {"url": started[kind].url}


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
