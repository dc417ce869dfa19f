"""What a document tells people to type, typed into a shell beside the server of ``make run``.

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

from tests.support import services

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
SERVED = re.compile(r"demo person +(?P<email>\S+) / (?P<password>\S+)")
START_SECONDS = 60  # a fresh machine is ready within them
END = "-- the end of this command --"


def commands(document):
    """Return each command of a document with the lines it is said to print."""
    found = []
    for line in "".join(BLOCK.findall((ROOT / document).read_text("utf-8"))).splitlines():
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

    def try_out(self, command, wanted):
        """Type ``command``; assert that it succeeds and prints ``wanted``, lines with ``…``."""
        printed, status = self.type(command)
        assert status == 0, f"{command}\n{printed}"
        if wanted:
            printed = printed if printed.endswith("\n") else printed + "\n"
            assert pattern(wanted).match(printed), f"{command}\n{printed}"

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
