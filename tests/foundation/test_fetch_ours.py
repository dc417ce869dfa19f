"""Exchanges with services of our own: any status, a body of bounds, http on loopback alone."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from app.foundation import fetch
from app.foundation.fetch_address import taken_apart
from tests.foundation.conftest import build
from tests.support.marks import asvs


class Mirror(BaseHTTPRequestHandler):
    """Answers what it was asked."""

    def do_PUT(self):
        """Say it again."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        told = json.dumps({"method": self.command, "path": self.path, "body": body}).encode()
        self.send_response(422)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_PUT  # noqa: N815 (the library's name)

    def log_message(self, *_):
        """Say nothing of it."""


@pytest.fixture
def near():
    """The address of a plain server on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def house():
    """A house that may call out, though not to its own network."""
    app = build(OUTBOUND_ALLOW_HOSTS="", OUTBOUND_CA_FILE="")
    fetch.init_app(app)
    with app.app_context():
        yield app


def test_status_and_body_come_back_whatever_they_are(house, near):
    found = fetch.exchange("PUT", f"{near}/a?b=1", b"hello", most=500)

    assert found.status == 422
    assert json.loads(found.body) == {"method": "PUT", "path": "/a?b=1", "body": "hello"}


def test_a_body_that_is_too_large_is_none(house, near):
    with pytest.raises(fetch.Failed, match="too_large"):
        fetch.exchange("GET", near, most=5)


def test_who_is_away_is_told(house):
    with pytest.raises(fetch.Failed):
        fetch.exchange("GET", "http://127.0.0.1:1/", most=5)


@asvs("12.3.3")
@pytest.mark.parametrize(
    "url",
    [
        "http://provider.example/",
        "http://10.0.0.1/",
        "http://127.0.0.1.example/",
        "ftp://localhost",
    ],
)
def test_nobody_is_spoken_to_in_clear_but_on_loopback(house, url):
    with pytest.raises(fetch.Failed, match="not_https"):
        fetch.exchange("GET", url, most=5)


def test_what_others_name_is_never_http(near):
    with pytest.raises(fetch.Failed, match="not_https"):
        taken_apart(near)


@pytest.mark.parametrize(
    ("url", "authority", "port"),
    [
        ("https://A.example", "a.example", 443),
        ("https://a.example:8443/x", "a.example:8443", 8443),
        ("http://localhost", "localhost", 80),
        ("http://[::1]:5000/", "[::1]:5000", 5000),
    ],
)
def test_an_address_knows_its_port_and_authority(url, authority, port):
    found = taken_apart(url, ours=True)

    assert (found.authority, found.port) == (authority, port)
