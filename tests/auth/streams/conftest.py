"""A house whose record goes on to somebody, and a syslog server that hears it."""

import contextlib
import socket
import threading

import pytest

from app.auth import chaining
from tests.auth import stage
from tests.auth.audit import superuser


@pytest.fixture
def streaming(create_house, listener):
    """Return a function that builds a house with these settings and some sealed records."""
    with contextlib.ExitStack() as stack:

        def build(many=5, **settings):
            app = create_house("auth", OUTBOUND_CA_FILE=str(listener.ca_file), **settings)
            stack.enter_context(app.app_context())
            stage.make_keys()
            superuser.write(many)
            chaining.seal(now=True)
            return app

        yield build


class Syslog:
    """A syslog server: by UDP, by TCP with counted messages, or on a socket of this machine."""

    def __init__(self, kind, folder):
        family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
        self._kind, self.messages = kind, []
        self._socket = socket.socket(
            family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM
        )
        self._socket.bind(str(folder / "log") if kind == "unix" else ("127.0.0.1", 0))
        where = self._socket.getsockname()
        self.url = f"unix:{where}" if kind == "unix" else f"{kind}://127.0.0.1:{where[1]}"
        if kind == "tcp":
            self._socket.listen()
        self._thread = threading.Thread(target=self._hear, daemon=True)
        self._thread.start()

    def _hear(self):
        with contextlib.suppress(OSError):
            while True:
                if self._kind == "tcp":
                    self._take(self._socket.accept()[0])
                else:
                    self.messages.append(self._socket.recv(65536))

    def _take(self, connection):
        with connection, connection.makefile("rb") as file:
            while count := file.read(1):
                while (digit := file.read(1)) != b" ":
                    count += digit
                self.messages.append(file.read(int(count)))

    def stop(self):
        """Listen no more."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def syslog(tmp_path):
    """Return a function that starts a :class:`Syslog` of a kind."""
    started = []

    def start(kind):
        started.append(Syslog(kind, tmp_path))
        return started[-1]

    yield start
    for each in started:
        each.stop()
