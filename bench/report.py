"""Print the table, and write the same figures as JSON."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from bench.rows import COLD_START_SECONDS, MEASURED, MEMORY_MEBIBYTES

HEAD = ("operation", "per s", "p50 ms", "p99 ms", "CPU ms", "store", "floor", "budget", "ms", "")
WIDTHS = (34, 7, 7, 7, 7, 7, 11, 9, 5, 5)


class Report:
    """Everything one run measured."""

    def __init__(self, options, version):
        self.machine = {
            "moment": datetime.now(UTC).isoformat(timespec="seconds"),
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "postgresql": version,
            "connections": options.connections,
            "seconds": options.seconds,
            "threads": options.threads,
        }
        self.floor = {}  # name -> ms
        self.figures = {}  # row -> Figure
        self.memory = None  # MiB
        self.cold_start = None  # seconds

    @property
    def empty(self):
        """E: processor time of the assembled empty route, ms; the mean of before and after."""
        found = [self.figures[name].cpu for name in ("empty", "empty_after") if self._done(name)]
        return sum(found) / len(found) if found else 0

    def _done(self, name):
        return name in self.figures and not self.figures[name].wrong

    def wrongs(self):
        """Return (row, reason) of every row with a wrong answer."""
        return [(name, f.wrong) for name, f in self.figures.items() if f.wrong]

    def over(self):
        """Return what is over its budget, by name."""
        found = [r.name for r in MEASURED if self._verdict(r) == "OVER"]
        if self.memory is not None and self.memory > MEMORY_MEBIBYTES:
            found.append("memory")
        if self.cold_start is not None and self.cold_start > COLD_START_SECONDS:
            found.append("cold start")
        return found

    def _verdict(self, row):
        if row.name not in self.figures:
            return ""
        if not self._done(row.name):
            return "WRONG"
        budget = row.budget(self.floor["signature_rs256"], self.empty)
        return "ok" if self.figures[row.name].cpu <= budget else "OVER"

    def text(self):
        """Return the table."""
        lines = [self._heading(), "", _line(HEAD), _line(["-" * (w - 1) for w in WIDTHS])]
        for name, title in (
            ("bare", "bare Flask, empty route"),
            ("empty", "assembled, empty route (E), before"),
            ("empty_after", "the same, after the load"),
        ):
            if name in self.figures:
                lines.append(_line([title, *_numbers(self.figures[name])]))
        lines += [self._row(row) for row in MEASURED if row.name in self.figures]
        lines += ["", *self._process_lines()]
        lines += [f"WRONG {name}: {why}" for name, why in self.wrongs()]
        return "\n".join(lines)

    def _heading(self):
        machine, floor = self.machine, self.floor
        return (
            f"{machine['moment']} · {machine['processors']} processors · "
            f"Python {machine['python']} · PostgreSQL {machine['postgresql']}, durable · "
            f"{machine['connections']} connections · {machine['seconds']} s a row\n"
            f"S (RS256 signature) {floor['signature_rs256']:.3f} ms · ES256 signature "
            f"{floor['signature_es256']:.3f} ms · durable commit {floor['commit']:.3f} ms · "
            f"select by key {floor['select']:.3f} ms · E {self.empty:.3f} ms"
        )

    def _row(self, row):
        figure = self.figures[row.name]
        if figure.wrong:
            return _line([row.title, *[""] * 8, "WRONG"])
        signature, empty = self.floor["signature_rs256"], self.empty
        multiples = (figure.cpu - row.signatures * signature) / empty if empty else 0
        prefix = "S + " if row.signatures else ""
        budget = row.budget(signature, empty)
        cells = [row.title, *_numbers(figure), f"{prefix}{multiples:.1f} E"]
        cells += [f"{prefix}{row.empties:g} E", f"{budget:.2f}", self._verdict(row)]
        return _line(cells)

    def _process_lines(self):
        if self.memory is not None:
            verdict = "ok" if self.memory <= MEMORY_MEBIBYTES else "OVER"
            yield f"memory after load (PSS): {self.memory:.0f} MiB of {MEMORY_MEBIBYTES} {verdict}"
        if self.cold_start is not None:
            verdict = "ok" if self.cold_start <= COLD_START_SECONDS else "OVER"
            yield f"cold start: {self.cold_start:.2f} s of {COLD_START_SECONDS} {verdict}"

    def write(self, path):
        """Write the figures as JSON to ``path``."""
        told = {
            "machine": self.machine,
            "floor_ms": self.floor | {"empty": self.empty},
            "rows": {name: figure._asdict() for name, figure in self.figures.items()},
            "budget_ms": {
                row.name: row.budget(self.floor["signature_rs256"], self.empty) for row in MEASURED
            },
            "memory_mebibytes": self.memory,
            "cold_start_seconds": self.cold_start,
            "over": self.over(),
        }
        Path(path).write_text(json.dumps(told, indent=2) + "\n")


def _numbers(figure):
    if figure.wrong:
        return ["WRONG"]
    return [
        f"{figure.per_second:.0f}",
        *(f"{n:.2f}" for n in (figure.p50, figure.p99, figure.cpu, figure.store)),
    ]


def _line(cells):
    first, *rest = cells
    columns = [f"{first:<{WIDTHS[0]}}"]
    columns += [f"{cell:>{width}}" for cell, width in zip(rest, WIDTHS[1:], strict=False)]
    return "  ".join(columns).rstrip()
