"""Spans for OpenTelemetry: one a request, and in it one for each statement and each call out.

None says more than the log may: routes, never addresses; statements, never values; the kind of an
error, never its text. Whatever no collector takes is dropped; no request waits for one.
"""

import re
import threading
from contextlib import contextmanager, nullcontext
from functools import partial

import httpx
from flask import g, request
from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sqlalchemy import event

from app.foundation.hot_statements import Chain
from app.foundation.tracing import Call

LONGEST = 2000  # characters of a statement
EXPORT_SECONDS = 3  # for the collector to take a batch
UNTRACED = ("/health/", "/metrics")  # asked every few seconds, of no interest
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

_KEPT = "portaria.span"  # in the request's environ
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+(\w+)")
_W3C = TraceContextTextMapPropagator()


class Traces:
    """The spans of one application."""

    def __init__(self, app, service):
        """Send spans of ``app`` to its ``TRACES_ENDPOINT``, of so many as ``TRACES_RATIO`` says.

        A trace's number alone decides whether it is sent: whoever sends us one cannot, and all
        processes decide alike.
        """
        self._provider = TracerProvider(
            sampler=TraceIdRatioBased(app.config["TRACES_RATIO"]),
            resource=Resource.create({"service.name": service}),
            span_limits=SpanLimits(max_span_attribute_length=LONGEST),
            shutdown_on_exit=False,
        )
        exporter = OTLPSpanExporter(app.config["TRACES_ENDPOINT"], timeout=EXPORT_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("portaria")
        threading.Thread(target=self._send_the_last, name="traces").start()
        app.before_request(self._begin)
        app.after_request(_answered)
        app.teardown_request(_end)

    def _send_the_last(self):
        """Wait for the process to end: ``atexit`` is not heard in the worker of a server."""
        threading.main_thread().join()
        self.dispose()

    def flush(self):
        """Send what waits to be sent."""
        self._provider.force_flush()

    def dispose(self):
        """Send what waits to be sent, and nothing more."""
        self._provider.shutdown()

    def watch(self, app, db, hot):
        """See each statement of ``app``'s database, of the ORM (``db``) and hot ones."""
        with app.app_context():
            engine = db.engine
        system = engine.dialect.name
        hot.watch(app, lambda store: _Watched(store, partial(self._statement, system)))

        @event.listens_for(engine, "before_cursor_execute")
        def asking(connection, _cursor, sql, *_more):
            connection.info[_KEPT] = self._statement(system, sql)

        event.listen(engine, "after_cursor_execute", _answered_by_database)
        event.listen(engine, "handle_error", _failed_in_database)

    def carrying(self, transport):
        """Return an httpx transport that does what ``transport`` does, in a span of its own."""
        return _Carrying(self, transport or httpx.HTTPTransport(verify=httpx.create_ssl_context()))

    @contextmanager
    def call(self, method, host, *, ours):
        """Yield the Call of a request to ``host``, within a span; ours: the trace goes on there."""
        told, call = {"http.request.method": method, "server.address": host}, Call()
        span = self._tracer.start_span(method, kind=SpanKind.CLIENT, attributes=told)
        with _within(span):
            if ours:
                _W3C.inject(call.headers)
            yield call
            _tell_status(span, call.status, wrong_from=400)

    def _begin(self):
        if request.path.startswith(UNTRACED):
            return
        parent = _W3C.extract(request.headers, contexts.get_current())
        method = request.method if request.method in METHODS else "_OTHER"
        told = {"http.request.method": method}
        span = self._tracer.start_span(method, parent, SpanKind.SERVER, told)
        request.environ[_KEPT] = span, contexts.attach(trace.set_span_in_context(span))

    def _statement(self, system, sql):
        """Return a span for ``sql``, or None where nothing is traced, as in a worker."""
        if not trace.get_current_span().is_recording():
            return None
        verb, table = sql.split(None, 1)[0].upper(), _TABLE.search(sql)
        name = f"{verb} {table[1]}" if table else verb
        told = {"db.system.name": system, "db.operation.name": verb, "db.query.text": sql}
        return self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=told)


class _Watched:
    """What runs hot statements, each in a span."""

    def __init__(self, store, span_of):
        self._store, self._span_of = store, span_of

    def run(self, statement, values):
        with self._span(statement):
            return self._store.run(statement, values)

    def within(self, connection, statement, values):
        with self._span(statement):
            return self._store.within(connection, statement, values)

    def dispose(self):
        self._store.dispose()

    def _span(self, statement):
        span = self._span_of(statement.whole.sql if isinstance(statement, Chain) else statement.sql)
        return _within(span) if span else nullcontext()


class _Carrying(httpx.BaseTransport):
    """An httpx transport in whose requests the trace goes on."""

    def __init__(self, traces, transport):
        self._traces, self._transport = traces, transport

    def handle_request(self, request):
        with self._traces.call(request.method, request.url.host, ours=True) as call:
            request.headers.update(call.headers)
            response = self._transport.handle_request(request)
            call.status = response.status_code
        return response

    def close(self):
        self._transport.close()


def _answered(response):
    if _KEPT in request.environ:
        span, _token = request.environ[_KEPT]
        if request.url_rule is not None:
            span.update_name(f"{request.method} {request.url_rule.rule}")
            span.set_attribute("http.route", request.url_rule.rule)
        span.set_attribute("portaria.request_id", g.request_id)
        _tell_status(span, response.status_code, wrong_from=500)
    return response


def _end(_error):
    if _KEPT in request.environ:
        span, token = request.environ.pop(_KEPT)
        span.end()
        contexts.detach(token)


def _answered_by_database(connection, *_more):
    span = connection.info.pop(_KEPT, None)
    if span:
        span.end()


def _failed_in_database(failure):
    span = failure.connection and failure.connection.info.pop(_KEPT, None)
    if span:
        _tell_error(span, failure.original_exception)
        span.end()


@contextmanager
def _within(span):
    """Let ``span`` be the current one; it ends with this."""
    whole = {"end_on_exit": True, "record_exception": False, "set_status_on_exception": False}
    with trace.use_span(span, **whole):
        try:
            yield
        except Exception as error:
            _tell_error(span, error)
            raise


def _tell_error(span, error):
    """Tell the kind alone: the text may quote what was asked, as PostgreSQL's does."""
    span.set_attribute("error.type", type(error).__name__)
    span.set_status(StatusCode.ERROR)


def _tell_status(span, status, *, wrong_from):
    if status is not None:
        span.set_attribute("http.response.status_code", status)
        if status >= wrong_from:
            span.set_status(StatusCode.ERROR)
