"""Where an app waits for what browsers bring: a page of its own, on a port of its own."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


class Inbox(ThreadingHTTPServer):
    """Where an app waits for what browsers bring: ``arrived`` holds each request.

    origins: who the browsers said had posted them.
    """

    daemon_threads = True

    def __init__(self):
        """Listen on a free port of localhost."""
        super().__init__(("localhost", 0), Callback)
        self.arrived, self.origins = [], set()
        self.origin = f"http://localhost:{self.server_port}"


class Callback(BaseHTTPRequestHandler):
    """The app's own address."""

    def do_POST(self):
        """Keep what came, and say that it did."""
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        kind, pairs = self.headers["Content-Type"], parse_qsl(raw, strict_parsing=True)
        self.server.origins.add(self.headers["Origin"])
        self.server.arrived.append((self.path, kind, pairs))
        self.do_GET()

    def do_GET(self):
        """Say that somebody is here."""
        body = b"<!doctype html><title>Cofrinho</title><p id=arrived>Cofrinho</p>"
        self.send_response(200 if self.path != "/favicon.ico" else 204)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing of it."""


@contextmanager
def opened():
    """An :class:`Inbox` that listens, on a port of its own: another origin than the server's."""
    server = Inbox()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
