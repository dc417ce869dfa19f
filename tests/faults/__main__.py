"""``make faults``: kill what serves money, at full size, and let the checker judge.

``SECONDS`` (180) is how long workers are killed, every two seconds; then the database is killed
three times. ``SEED`` draws the same transfers and victims again. Prints figures; exit 1 when a
promise was broken.
"""

import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.faults.scene import Scene

PEOPLE, WORKERS, CLIENTS = 400, 4, 8  # two apps, two hundred wallets each
EVERY, AWAY, DATABASE_KILLS, AFTER = 2, 1.5, 3, 20


def main():
    """Run it on PostgreSQL, then on SQLite; return the exit status."""
    seconds = float(os.environ.get("SECONDS", "180"))
    seed = int(os.environ.get("SEED", random.randrange(10**6)))
    print(f"SEED={seed} SECONDS={seconds:g}", flush=True)
    return max([_run(kind, seconds, seed) for kind in ("postgresql", "sqlite")])


def _run(kind, seconds, seed):
    folder = Path(tempfile.mkdtemp(prefix="portaria-faults-", dir="/tmp"))
    folder.chmod(0o755)  # PostgreSQL may run as nobody, who must reach its own part
    scene = Scene(folder, kind, people=PEOPLE, workers=WORKERS, seed=seed)
    try:
        scene.begin(CLIENTS)
        scene.kill_workers(seconds, EVERY)
        back = []
        if scene.store.kill:
            back = [scene.kill_database(AWAY, AFTER) for _ in range(DATABASE_KILLS)]
        scene.end()
        status, told = scene.judge()
        print(f"{kind}: {scene.killed} workers killed, database {len(back)} times", flush=True)
        if back:
            print("  seconds from its return to ten good answers:", *map(_rounded, back))
        print("  answers by status:", scene.statuses())
        print("  " + told.strip(), flush=True)
        if status:
            print(f"  what is left of it: {folder}")
        return status
    finally:
        scene.leave()
        if not sys.exc_info()[0]:
            shutil.rmtree(folder, ignore_errors=True)


def _rounded(seconds):
    return "never" if seconds is None else f"{seconds:.2f}"


if __name__ == "__main__":
    sys.exit(main())
