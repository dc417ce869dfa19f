"""Documents typed word for word into a shell beside the server that ``make run`` starts.

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
SERVED = re.compile(r"demo person +(?P<email>\S+) / (?P<password>\S+)")
START_SECONDS = 60  # a fresh machine is ready within them
END = "-- the end of this command --"


def commands(text):
    """Return each command of a document's ``text`` with the lines it should print."""
    found = []
    for line in "".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL)).splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def type_out(document, shell, replaced=(), pasted=None, start=None, only=None):
    """Type every command of ``document`` into ``shell``, and compare; return what was typed.

    document: its path from the root; replaced: pairs of a word of the document and what it is
    here; pasted: a word that stands for what a person brings from the browser, and the function
    that does so, given all that was printed before; start: a function to call at ``make run``,
    where the server is not there yet; only: the headings of the sections to type, where not all.
    """
    typed, seen = [], ""
    for said, expected in commands(_sections((ROOT / document).read_text("utf-8"), only)):
        command, wanted = (_here(text, dict(replaced)) for text in (said, "\n".join(expected)))
        if command.startswith("make run"):
            if start:
                start()
            continue
        for word, bring in (pasted or {}).items():
            if word in command:
                command = command.replace(word, bring(seen))
        printed, status = shell.type(command)
        assert status == 0, f"{said}\n{printed}"
        seen += printed
        if expected:
            printed = printed if printed.endswith("\n") else printed + "\n"
            assert pattern(wanted.splitlines()).match(printed), f"{said}\n{printed}"
        typed.append(said)
    return typed


def pattern(lines):
    """Return the expression that output described by ``lines`` must match as a whole."""
    parts = [
        r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", r"[^\n]*?") + r"\n"
        for line in lines
    ]
    return re.compile("".join(parts) + r"\Z")


def _here(text, replaced):
    """Return ``text`` with each word replaced once: a port may well contain another's digits."""
    if not replaced:
        return text
    words = re.compile("|".join(re.escape(word) for word in replaced))
    return words.sub(lambda found: replaced[found[0]], text)


def _sections(text, only):
    if only is None:
        return text
    parts = {part.partition("\n")[0]: part for part in re.split(r"^## ", text, flags=re.MULTILINE)}
    return "".join(parts[heading] for heading in only)


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
    """What ``make run`` serves, with its state in a folder of its own.

    later: it is started by :meth:`start`, once the folder has what it needs. port: where a
    document says it is; else any that is free. more: further settings.
    """

    def __init__(self, folder, *, later=False, port=None, **more):
        self.folder, self.port = folder, port or services.free_port()
        self.url = f"http://localhost:{self.port}"
        (folder / "docs").symlink_to(ROOT / "docs")
        (folder / "tools").symlink_to(ROOT / "tools")
        (folder / "deploy").symlink_to(ROOT / "deploy")
        (folder / ".venv").symlink_to(sys.prefix)
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PORT": str(self.port),
            "ISSUER": self.url,
        } | more
        if not later:
            self.start()

    def start(self):
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dev.serve"],
            cwd=self.folder,
            env=self.environment,
            stdout=open(self.folder / "printed", "w"),  # noqa: SIM115 (the child's)
            stderr=subprocess.STDOUT,
            preexec_fn=services.die_with_parent,  # noqa: PLW1509 (one system call)
        )

    def wait(self, seconds=START_SECONDS):
        """Return when it has said who may sign in."""
        until = time.monotonic() + seconds
        while not SERVED.search(self.printed):
            assert self._process.poll() is None, self.printed
            assert time.monotonic() < until, self.printed
            time.sleep(0.1)

    @property
    def printed(self):
        """What it has said so far."""
        return (self.folder / "printed").read_text()

    @property
    def person(self):
        """The e-mail address and the password of the demo person."""
        return SERVED.search(self.printed).groups()

    def stop(self):
        """Press Ctrl-C; return the exit status."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(20)
