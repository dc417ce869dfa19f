"""`serve.py`: not ready first, then the doors close, and what is under way is ended (F33)."""

import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from tests.deploy.hosts import ROOT, Host
from tests.support import factories, houses, services
from tests.support.marks import abuse

DRAINING = 2  # seconds


@pytest.fixture
def start(new_database, tmp_path):
    """Start a host that drains for :data:`DRAINING`: ``start("gunicorn")``."""
    started = []

    def run(server, **settings):
        url = new_database("auth", "sqlite")
        made = houses.create("auth", url)
        factories.keys(made)
        houses.close(made)
        host = Host(tmp_path, 1, url, "http://localhost", **{"DRAIN_SECONDS": DRAINING} | settings)
        host.environment["ISSUER"] = f"http://localhost:{host.port}"
        if server == "gunicorn":
            gunicorn = ["--bind", host.address, "--threads", "2", "--graceful-timeout", "20"]
            host.command[2:] = ["--", sys.executable, "-m", "gunicorn", *gunicorn, "wsgi:auth()"]
        host.start()
        started.append(host)
        host.wait()
        return host

    yield run
    for host in started:
        host.kill()


class Slow:
    """Somebody whose request is on the way when the server is told to stop."""

    def __init__(self, host):
        self._line = socket.create_connection((host.ip, host.port), timeout=20)
        self._body = b"token=" + b"x" * 2000
        head = f"POST /oauth/introspect HTTP/1.1\r\nHost: localhost:{host.port}\r\n"
        head += "Content-Type: application/x-www-form-urlencoded\r\n"
        head += f"Content-Length: {len(self._body)}\r\nConnection: close\r\n\r\n"
        self._line.sendall(head.encode() + self._body[:100])

    def end(self):
        """Send the rest; return the status line of the answer."""
        self._line.sendall(self._body[100:])
        answer = b"".join(iter(lambda: self._line.recv(65536), b""))
        self._line.close()
        return answer.partition(b"\r\n")[0]


@abuse("F33")
@pytest.mark.parametrize("server", ["granian", "gunicorn"])
def test_it_is_not_ready_then_closes_its_doors_and_ends_what_is_under_way(start, server):
    host = start(server)
    ready, jwks = (f"http://{host.address}{path}" for path in ("/health/ready", "/oauth/jwks"))

    host.process.send_signal(signal.SIGTERM)
    services.wait_for(lambda: not host.is_ready(), "the draining")
    draining = [httpx.get(ready).json()["checks"]["serving"], httpx.get(jwks).status_code]
    slow = Slow(host)
    time.sleep(DRAINING + 1)  # by now the server itself was told
    answered = slow.end()
    status = host.process.wait(30)

    assert draining == ["away", 200]
    assert answered.upper() == b"HTTP/1.1 401 UNAUTHORIZED"
    assert status == 0
    assert not _listens(host)


def _listens(host):
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex((host.ip, host.port)) == 0


def test_a_second_word_ends_the_draining(start):
    host = start("granian", DRAIN_SECONDS=120, STOP_SECONDS=10)
    began = time.monotonic()

    host.process.send_signal(signal.SIGTERM)
    services.wait_for(lambda: not host.is_ready(), "the draining")
    host.process.send_signal(signal.SIGTERM)

    assert host.process.wait(60) == 0
    assert time.monotonic() - began < 60


@pytest.mark.parametrize(
    ("arguments", "told", "status"),
    [
        ([], "usage: python serve.py", 1),
        (["cellar"], "usage: python serve.py", 1),
        (["--", sys.executable, "-c", "raise SystemExit(3)"], "", 3),
    ],
)
def test_what_it_cannot_serve_it_says(arguments, told, status, tmp_path):
    settings = {"APP_ENV": "development", "SEALING_KEYS": houses.COMMON["SEALING_KEYS"]}

    done = subprocess.run(
        [sys.executable, ROOT / "serve.py", *arguments],
        cwd=tmp_path, env=settings, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == status
    assert done.stderr.startswith(told)
