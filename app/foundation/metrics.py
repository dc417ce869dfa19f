"""Counters and times for Prometheus, and the page it reads them from.

Several processes add up when ``PROMETHEUS_MULTIPROC_DIR`` names a directory they share; alone, a
process tells of itself.
"""

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

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
    "portaria_request_seconds", "Time to answer", registry=_registry, buckets=SECONDS
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


def level(name, value):
    """Tell that ``portaria_<name>`` stands at ``value``; of several processes the last is right."""
    if name not in _gauges:
        text = name.replace("_", " ")
        _gauges[name] = Gauge(
            f"portaria_{name}", text, registry=_registry, multiprocess_mode="mostrecent"
        )
    _gauges[name].set(value)


def observe(route, method, status, seconds):
    """Count one answered request and its time.

    route: the rule that matched, or None; never the path, so that labels stay few.
    """
    key = (route, method, status)
    child = _children.get(key)
    if child is None:
        known = method if method in {"GET", "HEAD", "POST", "PUT", "DELETE"} else "other"
        child = _requests.labels(route or "none", known, status)
        if route:
            _children[key] = child
    child.inc()
    _seconds.observe(seconds)


@metrics.get("/metrics")
def show():
    """Answer in Prometheus's text format, to who holds the token or, without one, to loopback."""
    token = current_app.config["METRICS_TOKEN"]
    if token:
        given = request.headers.get("Authorization", "")
        if not digests.same(given.encode(), f"Bearer {token}".encode()):
            abort(404)
    elif request.remote_addr not in LOOPBACK or "X-Forwarded-For" in request.headers:
        abort(404)
    return Response(generate_latest(_collected()), content_type=CONTENT_TYPE_LATEST)


def _collected():
    shared = CollectorRegistry()
    try:
        MultiProcessCollector(shared)
    except ValueError:
        return _registry
    return shared
