"""The real server, both houses under one roof, for journeys over HTTP."""

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support import houses, services

ROOT = Path(__file__).parents[2]


class LiveServer:
    """granian serving ``wsgi:both`` on a free port, as ``make run`` does.

    databases: house → address; workers: processes that serve; environment: settings that differ
    from the tests' own.
    """

    def __init__(self, folder, databases, *, workers=1, **environment):
        self.port = services.free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = Path(folder) / f"server-{self.port}.log"
        common = {"ISSUER": self.url, "PORT": self.port}
        self._settings = {
            house: settings | common | environment for house, settings in houses.SETTINGS.items()
        }
        self._databases = databases
        self._workers = workers
        self._process = None

    def start(self):
        """Start it and return when it answers."""
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "wsgi:both"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--blocking-threads", "4"]
        command += ["--workers", str(self._workers), "--respawn-interval", "0.2"]
        command += ["--no-ws", "--http", "1", "--respawn-failed-workers"]
        command += ["--workers-kill-timeout", "2", "--http1-buffer-size", str(32 * 1024)]
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=log,
                preexec_fn=services.die_with_parent,  # noqa: PLW1509 (one system call)
            )
        services.wait_for(self._answers, f"the server (see {self.log})")
        known = [client["client_id"] for client in self.auth("clients", "list")]
        if self._settings["bank"]["BANK_CLIENT_ID"] not in known:
            self._introduce_the_bank()

    @property
    def pid(self):
        """The process that the others of this server are children of."""
        return self._process.pid

    def stop(self):
        """Stop it, gently first."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @contextmanager
    def working(self):
        """The worker processes of both houses beside it, while the block lasts."""
        workers = [self._worker(house) for house in houses.SETTINGS]
        try:
            yield
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait(20)

    def _worker(self, house):
        command = [sys.executable, "-m", "flask", "--app", f"wsgi:{house}", "worker"]
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=log,
                preexec_fn=services.die_with_parent,  # noqa: PLW1509 (one system call)
            )

    def auth(self, *arguments):
        """Run a command of the authorization server and return the JSON it prints."""
        return self._command("auth", *arguments)

    def bank(self, *arguments):
        """Run a command of the bank and return the JSON it prints."""
        return self._command("bank", *arguments)

    def begin(self, house, *arguments):
        """Start a command of ``house`` as a process of its own; return it, its output piped."""
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", f"wsgi:{house}", *map(str, arguments)],
            cwd=ROOT,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=services.die_with_parent,  # noqa: PLW1509 (one system call)
        )

    @contextmanager
    def inside(self, house):
        """The application of ``house`` on this server's database, in this process."""
        settings = {k: v for k, v in self._settings[house].items() if k.isupper()}
        app = houses.create(house, self._databases[house], **settings)
        try:
            yield app
        finally:
            houses.close(app)

    def _introduce_the_bank(self):
        """The bank's own client, which may ask about every token meant for the bank."""
        described = Path(self.log).with_suffix(".bank.json")
        grants, audience = ["client_credentials"], f"{self.url}/bank"
        told = {"grant_types": grants, "audiences": [audience], "scope": houses.BANK_SCOPE}
        described.write_text(json.dumps(told))
        settings = self._settings["bank"]
        known = ("--client-id", settings["BANK_CLIENT_ID"])
        known += ("--client-secret", settings["BANK_CLIENT_SECRET"])
        self.auth("clients", "register", "--file", described, *known)

    def _command(self, house, *arguments):
        with self.inside(house) as app:
            done = app.test_cli_runner().invoke(args=[*map(str, arguments), "--json"])
        if done.exit_code:
            raise RuntimeError(f"{arguments[:2]}: {done.output}") from done.exception
        return json.loads(done.stdout)

    def _answers(self):
        if self._process.poll() is not None:
            raise RuntimeError(f"the server ended: {self.log.read_text()[-2000:]}")
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def _environment(self):
        values = {"PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"}
        for settings in self._settings.values():
            values |= {name: str(value) for name, value in settings.items() if name.isupper()}
        for house, url in self._databases.items():
            values[f"{house.upper()}_DATABASE_URL"] = url
        return values
