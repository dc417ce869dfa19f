"""What processes cost, as Linux counts it: processor time and memory of whole trees."""

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def tree(pid):
    """Return ``pid`` and every process below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [below for child in _read(task).split() for below in tree(int(child))]
    return found


def processor_seconds(root):
    """Return the processor time of the tree under ``root`` so far, ended children included."""
    return sum(_ticks(pid) for pid in tree(root)) / _TICK


def _ticks(pid):
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15]))  # utime, stime and those of children it waited for


def memory_mebibytes(root):
    """Return the proportional memory (PSS) of the tree under ``root``; shared pages once."""
    total = 0
    for pid in tree(root):
        for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def _read(path):
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
