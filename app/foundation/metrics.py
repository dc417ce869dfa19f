"""Counters and times for Prometheus, and the page it reads them from.

Several processes add up when ``PROMETHEUS_MULTIPROC_DIR`` names a directory they share; alone, a
process tells of itself.
"""

import os
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from app.foundation import digests

LOOPBACK = {"127.0.0.1", "::1"}
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)

_registry = CollectorRegistry()
_requests = Counter(
    "portaria_requests",
    "Requests answered",
    ["route", "method", "status"],
    registry=_registry,
)
_seconds = Histogram(
    "portaria_request_seconds", "Time to answer", ["route"], registry=_registry, buckets=SECONDS
)
_counters = {}
_gauges = {}
_children = {}

metrics = Blueprint("metrics", __name__)


def count(name, **labels):
    """Add one to the counter ``portaria_<name>_total`` with these labels.

    Labels are few fixed words; an identifier or anything a client chose is never one.
    """
    key = (name, *labels.items())
    child = _children.get(key)
    if child is None:
        if name not in _counters:
            text = name.replace("_", " ")
            _counters[name] = Counter(f"portaria_{name}", text, list(labels), registry=_registry)
        child = _counters[name].labels(**labels) if labels else _counters[name]
        _children[key] = child
    child.inc()


def standing(name, **labels):
    """Return the gauge ``portaria_<name>``, to ``inc`` and ``dec``; living processes add up."""
    if name not in _gauges:
        text = name.replace("_", " ")
        _gauges[name] = Gauge(
            f"portaria_{name}", text, list(labels), registry=_registry, multiprocess_mode="livesum"
        )
    return _gauges[name].labels(**labels)


def observe(route, method, status, seconds):
    """Count one answered request and its time.

    route: the rule that matched, or None; never the path, so that labels stay few.
    """
    key = (route, method, status)
    known = _children.get(key)
    if known is None:
        verb = method if method in {"GET", "HEAD", "POST", "PUT", "DELETE"} else "other"
        known = _requests.labels(route or "none", verb, status), _seconds.labels(route or "none")
        if route:
            _children[key] = known
    requests, times = known
    requests.inc()
    times.observe(seconds)


@metrics.get("/metrics")
def show():
    """Answer in Prometheus's text format, to who holds the token or, without one, to loopback."""
    if not may_see():
        abort(404)
    return Response(generate_latest(_collected()), content_type=CONTENT_TYPE_LATEST)


def may_see():
    """May whoever asks see what is for operators: has it the token or, without one, is it near?"""
    token = current_app.config["METRICS_TOKEN"]
    if token:
        given = request.headers.get("Authorization", "")
        return digests.same(given.encode(), f"Bearer {token}".encode())
    return request.remote_addr in LOOPBACK and "X-Forwarded-For" not in request.headers


def _collected():
    shared = CollectorRegistry()
    try:
        collector = MultiProcessCollector(shared)
    except ValueError:
        shared.register(_registry)
    else:
        _bury(Path(collector._path))
    for reading in current_app.extensions.get("readings", ()):
        shared.register(reading)
    return shared


def _bury(folder):
    """Forget what processes that are gone left standing; one that was killed could not do so."""
    for file in folder.glob("gauge_live*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not _lives(pid):
            mark_process_dead(pid, str(folder))


def _lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
