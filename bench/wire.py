"""HTTP/1.1 by hand (RFC 9112): requests as bytes made once, answers found with two searches.

The load must cost far less than what it measures, so there is no client library here. Answers
without ``Content-Length`` are refused: our servers always send one.
"""

import json
import re
from typing import NamedTuple
from urllib.parse import urlencode

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Wrong(Exception):
    """An answer was not what it must be; its text says which and why."""


class Answer(NamedTuple):
    """One answer: its status, its head (status line and fields) and its body."""

    status: int
    head: bytes
    body: bytes

    def every(self, name):
        """Return each value of the header field ``name``, as text."""
        found = re.findall(rf"\r\n{name}: *([^\r]*)".encode(), self.head, re.IGNORECASE)
        return [value.decode("latin-1") for value in found]

    def one(self, name):
        """Return the value of the header field ``name``. Raises Wrong: when there is none."""
        values = self.every(name)
        if not values:
            raise Wrong(f"no {name} in {self.told()}")
        return values[0]

    def json(self):
        """Return the body as JSON. Raises Wrong."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Wrong(f"not JSON: {self.told()}") from error

    def must_be(self, status):
        """Return this answer. Raises Wrong: when its status is another."""
        if self.status != status:
            raise Wrong(f"expected {status}: {self.told()}")
        return self

    def told(self):
        """Return the start of this answer, for a message."""
        return f"{self.status} {self.body[:200]!r}"


def get(host, path, **headers):
    """Return the bytes of a GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{_fields(headers)}\r\n".encode()


def post(host, path, form, **headers):
    """Return the bytes of a POST request with ``form`` as its body."""
    body = urlencode(form)
    headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    start = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n"
    return f"{start}{_fields(headers)}\r\n{body}".encode()


def post_json(host, path, told, **headers):
    """Return the bytes of a POST request with ``told`` as JSON."""
    body = json.dumps(told)
    headers = {"Content-Type": "application/json", **headers}
    start = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n"
    return f"{start}{_fields(headers)}\r\n{body}".encode()


def _fields(headers):
    return "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())


def parse(received):
    """Return the whole :class:`Answer` in ``received``, or None while some is still to come."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    length = _LENGTH.search(received, 0, end)
    if length is None:
        raise Wrong(f"an answer without length: {bytes(received[:end])!r}")
    total = end + 4 + int(length[1])
    if len(received) < total:
        return None
    return Answer(int(received[9:12]), bytes(received[:end]), bytes(received[end + 4 : total]))
