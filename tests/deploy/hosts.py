"""Two hosts of one authorization server, as an operator starts them, and who keeps asking them."""

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from http.client import HTTPException, HTTPSConnection
from pathlib import Path

import httpx

from tests.support import houses, services

ROOT = Path(__file__).parents[2]


class Host:
    """One host: ``python serve.py auth`` with two processes, at an address of its own."""

    def __init__(self, folder, number, url, issuer, **settings):
        self.ip = f"127.0.0.{number}"
        self.port = services.free_port()
        self.address = f"{self.ip}:{self.port}"
        self.log = Path(folder) / f"host-{number}.log"
        told = houses.AUTH | {"ISSUER": issuer, "AUTH_DATABASE_URL": url, "HOST": self.ip}
        told |= {"PORT": self.port, "WEB_WORKERS": 2, "TRUSTED_PROXIES": 1} | settings
        self.environment = {"PATH": os.environ["PATH"]}
        self.environment |= {n: str(v) for n, v in told.items() if n.isupper()}
        self.command = [sys.executable, str(ROOT / "serve.py"), "auth"]
        self.process = None

    def start(self):
        """Start it; return at once."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def wait(self):
        """Return when it is ready."""
        services.wait_for(self.is_ready, f"the host (see {self.log})")

    def is_ready(self):
        """Does it say that it is?"""
        try:
            return httpx.get(f"http://{self.address}/health/ready", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self):
        """Stop it as systemd does; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self):
        """Kill all of it, as a power cut would; return when nothing is left that could accept."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        services.wait_for(self._refuses, "the end of the host")

    def _refuses(self):
        try:
            socket.create_connection((self.ip, self.port), 1).close()
        except ConnectionRefusedError:
            return True
        except OSError:
            pass
        return False


class Asker(threading.Thread):
    """Asks ``send`` (a method, a path, a body, headers) over and over, a connection each.

    ``failures`` tells of each that failed when it was begun, and how it ended.
    """

    def __init__(self, port, certificate, *send):
        super().__init__(daemon=True)
        self._where, self._send = ("localhost", port), send
        self._tls = ssl.create_default_context(cafile=certificate)
        self._ended = threading.Event()
        self.statuses, self.failures = Counter(), []

    def run(self):
        """Ask until :meth:`end`."""
        while not self._ended.is_set():
            begun = time.monotonic()
            connection = HTTPSConnection(*self._where, timeout=20, context=self._tls)
            try:
                connection.request(*self._send)
                answer = connection.getresponse()
                answer.read()
                self.statuses[answer.status] += 1
                if answer.status != 200:
                    self.failures.append((begun, answer.status))
            except (OSError, HTTPException) as error:
                self.statuses["none"] += 1
                self.failures.append((begun, repr(error)))
            finally:
                connection.close()

    def end(self):
        """Ask no more."""
        self._ended.set()
        self.join(30)
