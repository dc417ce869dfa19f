"""A collector of OpenTelemetry's: takes batches of spans over HTTP, as its protocol says (OTLP).

with Collector() as collector:
    app = create_house("auth", TRACES_ENDPOINT=collector.endpoint)
"""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

SERVER, CLIENT = 2, 3  # kinds of spans
ERROR = 2


class Span(NamedTuple):
    """One span as it was sent. parent: the id of the span it is within, empty: none."""

    service: str
    name: str
    kind: int
    trace: bytes
    id: bytes
    parent: bytes
    told: dict
    is_wrong: bool
    events: int


class Collector:
    """Listens on loopback; keeps what it is sent."""

    def __init__(self):
        self.bodies = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.bodies))
        self.endpoint = f"http://127.0.0.1:{self._http.server_address[1]}/v1/traces"

    def __enter__(self):
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._http.shutdown()
        self._http.server_close()

    @property
    def spans(self):
        """Every span that came, as :class:`Span`."""
        return [span for body in self.bodies for span in _read(body)]

    def named(self, name):
        """The one span of that name."""
        [span] = [span for span in self.spans if span.name == name]
        return span


def _handler(bodies):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            zipped = self.headers.get("Content-Encoding") == "gzip"
            bodies.append(gzip.decompress(body) if zipped else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words):
            """Say nothing."""

    return Handler


def _read(body):
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        [service] = [
            each.value.string_value
            for each in resource.resource.attributes
            if each.key == "service.name"
        ]
        for scope in resource.scope_spans:
            yield from (_span(service, span) for span in scope.spans)


def _span(service, span):
    told = {each.key: _value(each.value) for each in span.attributes}
    return Span(
        service,
        span.name,
        span.kind,
        span.trace_id,
        span.span_id,
        span.parent_span_id,
        told,
        span.status.code == ERROR,
        len(span.events),
    )


def _value(value):
    return getattr(value, value.WhichOneof("value"))
