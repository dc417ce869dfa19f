"""The virtual environment ``.venv``, made and kept up to date with nothing but Python.

``python3 dev/environment.py requirements-dev.txt`` makes it ready; a stamp of what was installed
makes the next time cost nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"


def make_ready(requirements):
    """Make ``.venv`` hold what the file ``requirements`` asks for; exit with a reason if not."""
    if sys.version_info < OLDEST:
        sys.exit(f"Portaria needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {_version()}.")
    stamp = FOLDER / f"{requirements}.stamp"
    wanted = _wanted(requirements)
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return
    if not PYTHON.exists() or _made_by_another():
        _make()
    print(f"Installing {requirements} into .venv …", file=sys.stderr, flush=True)
    command = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    if subprocess.run([*command, "-r", requirements], cwd=ROOT, check=False).returncode:
        sys.exit("The packages could not be installed; what pip said is above.")
    stamp.write_text(wanted)


def _make():
    print("Making the virtual environment .venv …", file=sys.stderr, flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", FOLDER], check=False)
    if made.returncode:
        sys.exit("Python could not make a virtual environment. On Debian: apt install python3-venv")
    (FOLDER / "made-by").write_text(_version())


def _made_by_another():
    note = FOLDER / "made-by"
    return not note.exists() or note.read_text() != _version()


def _wanted(requirements):
    files = sorted({requirements, "constraints.txt", *map(str, ROOT.glob("requirements*.txt"))})
    content = b"".join((ROOT / name).read_bytes() for name in files)
    return hashlib.sha256(content + _version().encode()).hexdigest()


def _version():
    return f"{sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]} {os.uname().machine}"


if __name__ == "__main__":
    make_ready(sys.argv[1])
