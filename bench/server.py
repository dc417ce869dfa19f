"""The server under test: granian, as production runs it, on a loopback port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import NamedTuple

from bench import wire

WORKERS = 2


class Server(NamedTuple):
    """A running server: its process, its port, seconds from its start to its first answer."""

    pid: int
    port: int
    first_answer: float

    @property
    def address(self):
        """Where to connect."""
        return ("127.0.0.1", self.port)


def free_port():
    """Return a port nobody listens on; granian would share one without a word."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(factory, environment, port, *, threads, path, log):
    """Serve ``factory`` (``module:function``) until the block ends; ready when ``path`` answers.

    threads: blocking threads a worker; log: the file that takes what the server prints, a line a
    request as in production.

    Raises RuntimeError: when it ends or does not answer 200 within 30 seconds.
    """
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", factory]
    command += ["--port", str(port), "--workers", str(WORKERS), "--no-ws", "--no-log"]
    command += ["--blocking-threads", str(threads), "--backlog", "1024", "--http", "1"]
    command += ["--respawn-failed-workers", "--respawn-interval", "0.2"]
    begun = time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait(process, port, path)
        yield Server(process.pid, port, time.monotonic() - begun)
    finally:
        _stop(process)


def _wait(process, port, path):
    deadline = time.monotonic() + 30
    last = "nothing"
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            answer = once(("127.0.0.1", port), wire.get(f"localhost:{port}", path))
        except OSError:
            time.sleep(0.005)
            continue
        if answer.status == 200:
            return
        last = answer.told()
        time.sleep(0.05)
    raise RuntimeError(f"the server is not ready: {path} answers {last}")


def once(address, request):
    """Send ``request`` on a connection of its own and return the answer."""
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(request)
        received = bytearray()
        while not (answer := wire.parse(received)):
            heard = connection.recv(65536)
            if not heard:
                raise ConnectionResetError("closed before the answer")
            received += heard
        return answer


def _stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
