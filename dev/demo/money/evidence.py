"""The proof of what a person approved: exported by the operator, verified by anybody.

The verifier is a program of its own (``tools/verify_evidence.py``), run here as an auditor runs it:
on a file, with key sets that were fetched from where their owners publish them.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import current_app

from dev.demo import record
from dev.demo.steps import demo

VERIFIER = Path(__file__).parents[3] / "tools" / "verify_evidence.py"
SECONDS = 60  # that a command may take


class Operator:
    """Who may run the server's commands; here, on a developer's machine, the app itself.

    command: how ``flask --app wsgi:auth`` is started here, a tuple; empty where it cannot be.
    """

    def __init__(self, command):
        self.command = command

    def latest(self, sub):
        """Return the proof of the last answer of ``sub`` to a deed, as text, or None."""
        rows = json.loads(self._run("evidence", "list", "--sub", sub, "--json") or "[]")
        return self._run("evidence", "export", rows[-1]["id"]) if rows else None

    def _run(self, *arguments):
        done = _run([*self.command, *arguments])
        return done.stdout if done.returncode == 0 else None


def check(visit, form):
    """Verify the proof that ``form`` brings, or the latest that can be exported here.

    Twice: as it is, and with an amount of one centavo more, which must fail.
    """
    try:
        return _checked(visit, form)
    except subprocess.TimeoutExpired:
        return {"late": True}


def _checked(visit, form):
    proof = form.get("proof", "").strip()
    if not proof and operator().command:
        proof = operator().latest(visit.tokens.claims["sub"])
    if not proof:
        return {"missing": True}
    with TemporaryDirectory(prefix="cofrinho-") as folder:
        options = _laid_out(Path(folder), proof)
        facts = {"checked": _verify(folder, options)}
        deed = _deed(proof)
        if deed:
            facts["deed"] = deed
            facts["forged"] = _verify(folder, [*options, "--amount", str(deed["amount"] + 1)])
    return facts


def operator():
    """Return this app's :class:`Operator`."""
    return current_app.extensions["operator"]


def _laid_out(folder, proof):
    """Write the proof and both key sets; return the options that name these."""
    (folder / "evidence.json").write_text(proof, "utf-8")
    addresses = {"bank": demo().bank + "/bank/jwks", "issuer": demo().client.metadata["jwks_uri"]}
    options = []
    for owner, address in addresses.items():
        record.caption(f"evidence.keys_{owner}")
        file = folder / f"{owner}-keys.json"
        file.write_bytes(demo().http.get(address).raise_for_status().content)
        options += [f"--{owner}-keys", file.name]
    return options


def _verify(folder, options):
    command = [sys.executable, "-I", str(VERIFIER), "evidence.json", *options]
    done = _run(command, folder)
    lines = (done.stdout or done.stderr).splitlines()
    return {"status": done.returncode, "lines": lines, "options": options}


def _run(command, folder=None):
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def _deed(proof):
    """Return the deed that a proof is of, as far as it can be read: to show, not to believe."""
    try:
        deed = json.loads(json.loads(proof)["canonical_deed"])
        return deed if isinstance(deed["amount"], int) else None
    except (ValueError, KeyError, TypeError):
        return None
