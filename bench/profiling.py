"""Where the server's time goes: the same operations inside this process, under cProfile.

One thread, no network, the same database: what the load sees less the server's own share. Processor
time is counted, so waiting for the database costs nothing here and a busy machine disturbs little.
The profiler slows Python more than C, so the plain time of one operation stands beside it.
"""

import cProfile
import io
import pstats
import re
import sys
import time
from collections import Counter
from functools import partial
from urllib.parse import unquote

from bench import cost, wire
from bench.setting import Mine
from bench.stage import ROOT

TOP = 40
_STANDARD = re.compile(r".*/lib/python[\d.]+/")


class Inside:
    """Calls a WSGI application (PEP 3333) with requests made for the wire.

    Only the application is on the clock: making a request and checking its answer is not.
    """

    def __init__(self, app):
        self.app = app
        self.profiler = None
        self.wall = self.busy = 0.0  # seconds

    def send(self, request):
        """Return the answer to ``request``, the bytes of an HTTP request."""
        head, _, body = request.partition(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").split("\r\n")
        told = {}

        def start_response(status, headers, _error=None):
            told.update(status=int(status[:3]), headers=headers)

        environ = _environ(first, fields, body)
        wall, busy = time.perf_counter(), time.process_time()
        if self.profiler:
            self.profiler.enable()
        answered = self.app(environ, start_response)
        whole = b"".join(answered)
        if hasattr(answered, "close"):
            answered.close()
        if self.profiler:
            self.profiler.disable()
        self.wall += time.perf_counter() - wall
        self.busy += time.process_time() - busy
        lines = "".join(f"\r\n{name}: {value}" for name, value in told["headers"])
        return wire.Answer(told["status"], lines.encode("latin-1"), whole)

    def carry_out(self, operation):
        """Carry out one operation, one request after another."""
        answer = None
        try:
            while True:
                answer = self.send(operation.send(answer))
        except StopIteration:
            return


def _environ(first, fields, body):
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote(path),
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for field in fields:
        name, _, value = field.partition(": ")
        name = name.upper().replace("-", "_")
        environ[name if name.startswith("CONTENT_") else f"HTTP_{name}"] = value
    environ["SERVER_NAME"], _, environ["SERVER_PORT"] = environ["HTTP_HOST"].partition(":")
    return environ


def profile(app, row, setting, calls, store):
    """Return the report of ``calls`` operations of ``row`` against ``app``.

    store: the process whose tree's processor time is told beside ours.
    """
    inside, mine = Inside(app), Mine(setting, 0)
    if row.prepare:
        inside.carry_out(row.prepare(mine))
    deed = partial(_repeat, inside, row.operation, mine)
    deed(50)
    plain = _plain(inside, deed, calls, store)
    inside.profiler = cProfile.Profile(time.thread_time)  # what waits costs nothing
    deed(calls)
    return "\n".join([f"{row.title}: {plain}", "", *_told(inside.profiler, calls)])


def _repeat(inside, operation, mine, calls):
    for _ in range(calls):
        inside.carry_out(operation(mine))


def _plain(inside, deed, calls, store):
    inside.wall = inside.busy = 0.0
    theirs = cost.processor_seconds(store)
    deed(calls)
    theirs = cost.processor_seconds(store) - theirs
    wall, ours, theirs = (spent * 1000 / calls for spent in (inside.wall, inside.busy, theirs))
    return f"{wall:.3f} ms, processor {ours:.3f} ms, and of the store {theirs:.3f} ms, unprofiled"


def _told(profiler, calls):
    stats = pstats.Stats(profiler)
    shares = Counter()
    for (path, _line, name), (_cc, _nc, own, _total, _callers) in stats.stats.items():
        shares[_package(path, name)] += own
    whole = sum(shares.values())
    yield f"{stats.total_calls / calls:.0f} function calls an operation"
    yield ""
    yield "share of the profiled time, by package (built-ins by themselves):"
    for package, own in shares.most_common(20):
        yield f"  {own * 1000 / calls:8.3f} ms  {own / whole:5.1%}  {package}"
    yield ""
    yield f"top {TOP} by own time; ms an operation"
    yield from _top(stats, calls, key=lambda entry: entry[1][2], only="")
    yield ""
    yield "ours, by time with everything below; ms an operation"
    yield from _top(stats, calls, key=lambda entry: entry[1][3], only=f"{ROOT}/app/")


def _top(stats, calls, key, only):
    yield f"  {'calls':>7} {'own':>8} {'with':>8}"
    found = [entry for entry in stats.stats.items() if only in entry[0][0]]
    for (path, line, name), (_cc, count, own, total, _callers) in sorted(
        found, key=key, reverse=True
    )[:TOP]:
        place = path.rpartition("site-packages/")[2].removeprefix(f"{ROOT}/")
        yield (
            f"  {count / calls:7.1f} {own * 1000 / calls:8.4f} {total * 1000 / calls:8.4f}"
            f"  {place}:{line} {name}"
        )


def _package(path, name):
    """The room for what is ours, else the package, else the module of the standard library."""
    if path == "~":
        return f"built-in {name}"
    if "site-packages/" in path:
        return path.rpartition("site-packages/")[2].partition("/")[0]
    if path.startswith(f"{ROOT}/"):
        return path[len(f"{ROOT}/") :].rpartition("/")[0]
    return _STANDARD.sub("", path).partition("/")[0]
