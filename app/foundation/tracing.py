"""Traces, for whoever names a collector in ``TRACES_ENDPOINT``; others pay nothing for them.

OpenTelemetry's packages are an extra: :mod:`app.foundation.traced`, which needs them, is loaded
when it is asked for.
"""

import importlib
from contextlib import nullcontext

from flask import current_app

EXTENSION = "traces"
PACKAGES = "requirements-traces.txt"


class PackagesMissing(SystemExit):
    """Traces are asked for, and what makes them is not installed."""


class Call:
    """A request to another server. headers: to be sent along; status: what came, None: nothing."""

    def __init__(self):
        self.headers, self.status = {}, None


def init_app(app, service):
    """Trace ``app``, which is called ``service``, as its settings say.

    Called before anything else looks at its requests. Raises PackagesMissing.
    """
    if not app.config["TRACES_ENDPOINT"]:
        return
    try:
        traced = importlib.import_module("app.foundation.traced")
    except ModuleNotFoundError as missing:
        raise PackagesMissing(f"TRACES_ENDPOINT needs {PACKAGES}: no {missing.name}") from None
    app.extensions[EXTENSION] = traced.Traces(app, service)


def watch(app, db, hot):
    """Let the statements of ``app``'s database be seen, of the ORM (``db``) and hot ones."""
    if EXTENSION in app.extensions:
        app.extensions[EXTENSION].watch(app, db, hot)


def carrying(app, transport):
    """Return an httpx transport that lets the other side go on with a trace.

    transport: the one to use; None: the network. Not traced, it is returned as it came.
    """
    traces = app.extensions.get(EXTENSION)
    return traces.carrying(transport) if traces else transport


def call(method, host, *, ours):
    """A context that yields the :class:`Call` of a request to ``host``, made within it.

    ours: the other side is the operator's, and is told which trace it is part of.
    """
    traces = current_app.extensions.get(EXTENSION)
    return traces.call(method, host, ours=ours) if traces else nullcontext(Call())
