"""The simulated provider on a port of its own, and a bank that pays through it."""

import threading
import uuid

import pytest
from werkzeug.serving import make_server

from app.bank.payments import courier
from dev import provider
from tests.support import services

SCOPE = "wallet:read payments:write"
TOKEN = "the-token-of-the-bank-at-its-provider"


class Served:
    """The provider, served over HTTP on loopback from a thread."""

    def __init__(self, path):
        self.app = provider.create_app(path, TOKEN, seconds=0.2)
        self.book = self.app.config["BOOK"]
        self.port = services.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.asked = []
        self._server = None

    def start(self):
        """Listen; again after :meth:`stop`."""
        self._server = make_server("127.0.0.1", self.port, self._noting, threaded=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self):
        """Be away: who calls finds nobody."""
        self._server.shutdown()
        self._server.server_close()

    def _noting(self, environ, start_response):
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'].split('/')[1]}")
        return self.app(environ, start_response)


class Till:
    """A bank seen by who pays with it."""

    def __init__(self, bank):
        self.bank = bank
        self.app = bank.app

    def pay(self, sub, what, body, key=None, **claims):
        """POST ``body`` to ``/payments/<what>``."""
        shown = {"Authorization": f"Bearer {self.bank.token(sub, **({'scope': SCOPE} | claims))}"}
        shown["Idempotency-Key"] = key or uuid.uuid4().hex
        return self.app.test_client().post(f"/payments/{what}", headers=shown, json=body)

    def get(self, sub, path="", scope=SCOPE, **headers):
        """GET ``/payments<path>``."""
        shown = {"Authorization": f"Bearer {self.bank.token(sub, scope=scope)}"}
        return self.app.test_client().get(f"/payments{path}", headers=shown | headers)

    def state(self, sub, answer):
        """Return how the payment of ``answer`` stands."""
        return self.get(sub, f"/{answer.json['paymentId']}").json["status"]

    def work(self, *, now=True):
        """Let the worker go round once; now: as if everything were due."""
        if now:
            with self.bank.connection() as connection:
                due = "UPDATE payments SET due_at = '2020-01-01 00:00:00+00:00'"
                due = due.replace("+00:00", "") if connection.dialect.name == "sqlite" else due
                connection.exec_driver_sql(f"{due} WHERE due_at IS NOT NULL")
        with self.app.app_context():
            return courier.run_once()

    def stands(self, sub):
        """Return what is available and what is held."""
        told = self.bank.balance(sub).json
        return told["available"], told["held"]


@pytest.fixture
def supplier(tmp_path):
    """The provider, listening."""
    served = Served(tmp_path / "provider.sqlite3")
    served.start()
    yield served
    served.stop()


@pytest.fixture
def open_till(open_bank, supplier, monkeypatch):
    """Return a function that opens a bank with a provider, which has all the time it needs."""
    monkeypatch.setattr(courier, "AT_ONCE_SECONDS", 30)

    def open_till(**settings):
        named = {"PROVIDER_URL": supplier.url, "PROVIDER_TOKEN": TOKEN}
        return Till(open_bank(**(named | settings)))

    return open_till


@pytest.fixture
def till(open_till):
    """A bank that asks for no approval."""
    return open_till(
        STEP_UP_FROM_MINOR=10**13,
        STEP_UP_CUMULATIVE_MINOR=10**13,
        STEP_UP_CUMULATIVE_COUNT=10**6,
        DATABASE_POOL_SIZE=25,
    )


@pytest.fixture
def maria(till):
    return till.bank.person(money=100_000)
