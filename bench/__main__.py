"""``python -m bench``: the benchmark, or with ``--profile`` where one row's time goes."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from bench import apps, cost, floor, measure, profiling, server, stage, store, wire
from bench.report import Report
from bench.rows import MEASURED
from bench.setting import Setting

READY = "/health/live"


def main():
    """Run what the command line asks; return the exit status."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not Path("/proc/self/smaps_rollup").exists():
        sys.exit("The benchmark reads /proc: it needs Linux.")
    with _house(options) as house:
        return _profile(house, options) if options.profile else _bench(house, options)


def _options():
    names = [row.name for row in MEASURED]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="measured seconds a row (5)")
    parser.add_argument("--connections", type=int, default=16, help="at once (16)")
    parser.add_argument("--threads", type=int, default=4, help="blocking threads a worker (4)")
    parser.add_argument("--rows", nargs="+", choices=names, default=names, help="only these")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument("--check", action="store_true", help="exit 1 when over the budget")
    parser.add_argument("--profile", choices=names, help="show where this row's time goes")
    parser.add_argument("--calls", type=int, default=500, help="operations to profile (500)")
    return parser.parse_args()


class _House:
    """Store, settings and clients of the run."""

    def __init__(self, running, folder):
        self.store = running
        self.folder = folder
        self.port = server.free_port()
        self.environment = stage.environment(running, self.port)
        self.furniture = stage.furnished(self.environment)

    def serve(self, factory, options, path=READY):
        """Serve ``factory`` as a context manager."""
        return server.running(
            factory,
            self.environment,
            self.port,
            threads=options.threads,
            path=path,
            log=self.folder / "server.log",
        )


@contextmanager
def _house(options):
    folder = Path(tempfile.mkdtemp(prefix="portaria-bench-"))
    try:
        folder.chmod(0o711)  # PostgreSQL may run as nobody, who must reach its own part
        with store.running(folder / "store") as running:
            yield _House(running, folder)
    except (wire.Wrong, RuntimeError):
        log = folder / "server.log"
        print(log.read_text()[-3000:] if log.exists() else "", file=sys.stderr)
        raise
    finally:
        shutil.rmtree(folder)


def _bench(house, options):
    report = Report(options, house.store.version)
    pace = measure.Pace(options.seconds, options.connections)
    _physical(report, house.store)
    with house.serve("bench.apps:bare", options, path="/bench/bare") as bare:
        setting = Setting(*bare.address, "")
        report.figures["bare"] = measure.row("bare", setting, (bare.pid, house.store.pid), pace)
    with house.serve("bench.apps:assembled", options) as running:
        report.cold_start = running.first_answer
        _rows(report, house, running, _served(options.rows, "auth"), pace)
    if _served(options.rows, "both"):
        _money(report, house, options, pace)
    report.floor["signature_rs256"] = (
        report.floor["signature_rs256"] + floor.signature_rs256()
    ) / 2
    print(report.text())
    if options.json:
        report.write(options.json)
    return 1 if report.wrongs() or (options.check and report.over()) else 0


def _physical(report, running):
    report.floor = {
        "signature_rs256": floor.signature_rs256(),
        "signature_es256": floor.signature_es256(),
        "commit": floor.commit(running),
        "select": floor.select(running),
    }


def _served(names, by):
    return [row.name for row in MEASURED if row.name in names and row.served == by]


def _money(report, house, options, pace):
    """The rows of money, whose server is both houses under one roof."""
    with house.serve("bench.apps:roof", options) as running:
        setting = Setting(*running.address, house.environment["ISSUER"], **house.furniture)
        for name in _served(options.rows, "both"):
            roots = (running.pid, house.store.pid)
            report.figures[name] = measure.row(name, setting, roots, pace)


def _rows(report, house, running, names, pace):
    setting = stage.enter(*running.address, house.furniture)
    roots = (running.pid, house.store.pid)
    for name in ("empty", *names):
        report.figures[name] = measure.row(name, setting, roots, pace)
    report.figures["empty_after"] = measure.row("empty", setting, roots, pace)
    report.memory = cost.memory_mebibytes(running.pid)


def _profile(house, options):
    with house.serve("wsgi:auth", options) as running:
        setting = stage.enter(*running.address, house.furniture)
    os.environ.clear()
    os.environ.update(house.environment)
    os.chdir(house.folder)
    row = next(row for row in MEASURED if row.name == options.profile)
    served = apps.assembled if row.served == "auth" else apps.roof
    with (house.folder / "server.log").open("a") as log, redirect_stdout(log), redirect_stderr(log):
        told = profiling.profile(served(), row, setting, options.calls, house.store.pid)
    print(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
