"""A server that ours calls: HTTPS on loopback, under a certificate of an authority of its own.

    with Listener(tmp_path) as shop:
        shop.answer("/jwks", json={"keys": []})
        server = create_house("auth", **shop.settings)
        ...
        assert shop.asked("/jwks").form == {}

It stands in for whatever a client runs: its key set, its logo, where it hears of a sign-out.
"""

import contextlib
import json as jsons
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from urllib.parse import parse_qsl, urlsplit

from tests.support.authority import Authority


@dataclass(frozen=True)
class Asked:
    """One request that came."""

    method: str
    path: str  # without its query
    query: dict
    headers: dict  # names in small letters
    body: bytes

    @property
    def form(self):
        """The fields of a posted form."""
        return dict(parse_qsl(self.body.decode()))


@dataclass(frozen=True)
class Answer:
    """What to answer at a path.

    script: instead of an answer, a function of one argument ``write`` that sends whatever bytes it
    likes; the connection ends when it returns.
    """

    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain"
    headers: dict = field(default_factory=dict)
    script: object = None


class Listener:
    """An HTTPS server on ``localhost``; a path that was given no answer answers 404.

    names: whom its certificate names; address: the loopback address it listens on;
    tls: a change to its ``ssl.SSLContext``, made before it listens.
    """

    def __init__(self, folder, names=("localhost",), address="127.0.0.1", tls=None):
        folder = Path(folder)
        self.requests = []
        self._answers = {}
        authority = Authority()
        self.ca_file, own = folder / f"{id(self)}-ca.pem", folder / f"{id(self)}.pem"
        self.ca_file.write_bytes(authority.pem)
        own.write_bytes(authority.issue(names))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(own)
        if tls:
            tls(self._context)
        self._listen(address, 0)
        self.port = self._http.server_address[1]
        self.place = f"{names[0]}:{self.port}"

    def _listen(self, address, port):
        self._http = _Http((address, port), self, self._context)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self.stop()

    @property
    def settings(self):
        """The settings with which a house may call this server."""
        return {"OUTBOUND_ALLOW_HOSTS": self.place, "OUTBOUND_CA_FILE": str(self.ca_file)}

    def url(self, path="/"):
        """Return the address of ``path`` here."""
        return f"https://{self.place}{path}"

    def answer(self, path, *, json=None, **answer):
        """From now on answer so at ``path`` (see :class:`Answer`); return its address.

        json: what to answer as JSON, with the media type that goes with it.
        """
        if json is not None:
            answer = {"media_type": "application/json", "body": jsons.dumps(json).encode()} | answer
        self._answers[path] = Answer(**answer)
        return self.url(path)

    def asked(self, path):
        """Return the one request that came to ``path``."""
        [request] = [request for request in self.requests if request.path == path]
        return request

    def listen_again(self):
        """After a stop, be back where it was."""
        self._listen(*self._http.server_address)
        self._thread.start()

    def stop(self):
        """Listen no more: who calls now finds nobody. What is being answered is left to end."""
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def _reply(self, request):
        self.requests.append(request)
        return self._answers.get(request.path, Answer(status=404))


class _Http(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, place, listener, context):
        self.listener = listener
        self._context = context
        super().__init__(place, _Handler)

    def finish_request(self, request, client_address):
        """Shake hands in the connection's own thread, so that one who is slow delays nobody."""
        with contextlib.suppress(OSError):
            request = self._context.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)
            request.close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(parts.query))
        asked = Asked(self.command, parts.path, query, headers, body)
        answer = self.server.listener._reply(asked)
        if answer.script:
            answer.script(self.wfile.write)
            return
        self.send_response(answer.status)
        sent = {"Content-Type": answer.media_type, "Content-Length": str(len(answer.body))}
        for name, value in (sent | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def do_POST(self):
        self.do_GET()

    def log_message(self, *_words):
        """Say nothing: the test does."""
