"""Measure one row: start the load, and read the processors' clocks at the edges of its time."""

import json
import subprocess
import sys
from typing import NamedTuple

from bench import cost, stage


class Figure(NamedTuple):
    """What one row came to; ``wrong`` says why it came to nothing."""

    name: str
    per_second: float = 0.0
    p50: float = 0.0  # ms
    p99: float = 0.0  # ms
    cpu: float = 0.0  # ms an operation, server and store
    store: float = 0.0  # the store's part of it
    count: int = 0
    verified: int = 0  # tokens of the sample
    wrong: str = ""


class Pace(NamedTuple):
    """How long and how hard."""

    seconds: float
    connections: int

    @property
    def warm(self):
        """Seconds before the measured ones."""
        return min(1.0, self.seconds / 2)


def row(name, setting, roots, pace):
    """Return the :class:`Figure` of the row ``name``.

    roots: the processes of server and store, whose trees are counted; the load's own is not.
    """
    plan = {"row": name, "setting": setting.as_json(), "connections": pace.connections}
    plan |= {"warm": pace.warm, "seconds": pace.seconds}
    load = subprocess.Popen(
        [sys.executable, "-m", "bench.load"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=stage.ROOT,
        text=True,
    )
    with load:
        try:
            json.dump(plan, load.stdin)
            load.stdin.close()
            return _figure(name, load.stdout, roots)
        finally:
            load.kill()


def _figure(name, told, roots):
    clocks = {}
    for line in told:
        if line.startswith("{"):
            return _made(name, json.loads(line), clocks)
        clocks[line.strip()] = [cost.processor_seconds(root) for root in roots]
    return Figure(name, wrong="the load ended without a result")


def _made(name, result, clocks):
    if "wrong" in result:
        return Figure(name, wrong=result["wrong"])
    took = result["took"]
    server, store = (
        (after - before) * 1000 / took["count"]
        for before, after in zip(clocks["begin"], clocks["end"], strict=True)
    )
    return Figure(
        name=name,
        per_second=took["count"] / result["seconds"],
        p50=took["p50"],
        p99=took["p99"],
        cpu=server + store,
        store=store,
        count=took["count"],
        verified=result["verified"],
    )
