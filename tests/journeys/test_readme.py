"""The README's tour, typed word for word into a shell beside the server that ``make run`` starts.

A line that begins with ``$`` in a ``console`` block is typed; what follows it is compared with what
comes out, where ``…`` stands for anything: alone on a line for any lines, else within its line.
"""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.visitor import Visitor, answers
from tests.support import services
from tests.support.marks import mission

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
SERVED = re.compile(r"demo person +(?P<email>\S+) / (?P<password>\S+)")
START_SECONDS = 60  # a fresh machine is ready within them
END = "-- the end of this command --"


def commands():
    """Return each command of the README with the lines it is said to print."""
    found = []
    for line in "".join(BLOCKS).splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def pattern(lines):
    """Return the expression that output described by ``lines`` must match as a whole."""
    parts = [
        r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", r"[^\n]*?") + r"\n"
        for line in lines
    ]
    return re.compile("".join(parts) + r"\Z")


class Shell:
    """A bash in a folder, to be typed into."""

    def __init__(self, folder, environment):
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def type(self, command):
        """Run ``command`` and return what it prints, and its exit status."""
        self._bash.stdin.write(f'{command}\necho; echo "{END} $?"\n')
        self._bash.stdin.flush()
        lines = []
        for line in self._bash.stdout:
            if line.startswith(END):
                return "".join(lines).removesuffix("\n"), int(line.rsplit(" ", 1)[1])
            lines.append(line)
        raise AssertionError(f"the shell ended at: {command}")

    def close(self):
        """End the shell and what it left running."""
        os.killpg(self._bash.pid, signal.SIGTERM)
        self._bash.wait(10)


class Served:
    """What ``make run`` serves, with its state in a folder of its own."""

    def __init__(self, folder):
        self.folder, self.port = folder, services.free_port()
        self.url = f"http://localhost:{self.port}"
        (folder / "docs").symlink_to(ROOT / "docs")
        (folder / ".venv").symlink_to(sys.prefix)
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PORT": str(self.port),
            "ISSUER": self.url,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dev.serve"],
            cwd=folder,
            env=self.environment,
            stdout=open(folder / "printed", "w"),  # noqa: SIM115 (the child's)
            stderr=subprocess.STDOUT,
            preexec_fn=services.die_with_parent,  # noqa: PLW1509 (one system call)
        )

    def wait(self):
        """Return when it has said who may sign in."""
        until = time.monotonic() + START_SECONDS
        while not SERVED.search(self.printed):
            assert self._process.poll() is None, self.printed
            assert time.monotonic() < until, self.printed
            time.sleep(0.1)

    @property
    def printed(self):
        """What it has said so far."""
        return (self.folder / "printed").read_text()

    def stop(self):
        """Press Ctrl-C; return the exit status."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(20)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The server of the README."""
    server = Served(tmp_path_factory.mktemp("readme"))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture
def shell(served):
    """A second terminal in the same folder."""
    opened = Shell(served.folder, served.environment)
    yield opened
    opened.close()


def refresh_token_from(address, served):
    """Do what the README says with the browser; return the token a person copies."""
    services.wait_for(lambda: answers(address), "the second demo")
    email, password = SERVED.search(served.printed).groups()
    visitor = Visitor()
    page = visitor.send(visitor.go(address), "sign-in-form")
    page = visitor.send(page, "login-form", username=email, password=password)
    page = visitor.send(page, "consent-form")
    return page.texts["refresh_token"]


@mission("S7")
def test_the_tour_of_the_readme_works_word_for_word(served, shell, tmp_path):
    second = services.free_port()
    client = (ROOT / "docs/samples/tour-client.json").read_text().replace("4000", str(second))
    (tmp_path / "tour-client.json").write_text(client)
    here = [
        ("localhost:3000", f"localhost:{served.port}"),
        ("4000", str(second)),
        ("docs/samples/tour-client.json", str(tmp_path / "tour-client.json")),
    ]
    typed = []

    for said, expected in commands():
        command, wanted = said, "\n".join(expected)
        if command == "make run":
            continue  # `served` is what it starts
        for word, ours in here:
            command, wanted = command.replace(word, ours), wanted.replace(word, ours)
        if "paste-it-here" in command:
            token = refresh_token_from(f"http://localhost:{second}/demo/", served)
            command = command.replace("paste-it-here", token)

        printed, status = shell.type(command)

        assert status == 0, f"{said}\n{printed}"
        if expected:
            printed = printed if printed.endswith("\n") else printed + "\n"
            assert pattern(wanted.splitlines()).match(printed), f"{said}\n{printed}"
        typed.append(said)

    assert len(typed) > 15


def test_make_run_starts_what_the_tour_stands_on():
    plan = subprocess.run(
        ["make", "-n", "run"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "dev/run.py" in plan.stdout
    assert '"-m", "dev.serve"' in (ROOT / "dev/run.py").read_text()


def test_the_demo_under_the_servers_own_roof_works_too(served):
    email, password = SERVED.search(served.printed).groups()
    visitor = Visitor()

    page = visitor.send(visitor.go(served.url + "/demo"), "sign-in-form")
    page = visitor.send(page, "login-form", username=email, password=password)
    page = visitor.send(page, "consent-form") if page.name == "consent" else page

    assert page.name == "demo-tokens"
    for step in ("userinfo", "balance", "transfer", "introspection", "refresh", "reuse"):
        page = visitor.go(f"{served.url}/demo/{step}")
        page = visitor.send(page, "do-form")
        assert page.status == 200
    assert 'id="family-ended"' in page.text
    page = visitor.send(visitor.go(served.url + "/demo/sign-out"), "sign-out-form")
    assert 'id="signed-out"' in page.text
