"""Outbound HTTP, above all to addresses that others gave us.

https only, the certificate always verified; addresses of our own network are refused but for
those an operator listed or named in the settings; no redirect is followed and nothing is taken
from the environment: no proxy, no cookie, no password. Seconds and bytes are bounded over the whole
of it.
"""

import ssl
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import certifi
import httpcore
from flask import current_app

from app.foundation import metrics, tracing
from app.foundation.fetch_address import taken_apart
from app.foundation.fetch_guard import Budget, Failed, Guard, Resolver
from app.foundation.logs import log

__all__ = [
    "Answered",
    "Exchanged",
    "Failed",
    "Fetched",
    "exchange",
    "get",
    "init_app",
    "is_address",
    "post",
    "post_form",
    "send",
    "tls",
]

SECONDS = 3
FORM = "application/x-www-form-urlencoded"


class Fetched(NamedTuple):
    """What an address answered."""

    media_type: str  # small letters, without parameters
    body: bytes


class Exchanged(NamedTuple):
    """What one of our own services answered, whatever its status."""

    status: int
    body: bytes


class Answered(NamedTuple):
    """How an address took what was sent there."""

    status: int
    retry_after: int | None  # seconds; None where it named none


class Outbound:
    """What the requests of one application share: whom it trusts, what it may reach inside."""

    def __init__(self, allowed, authorities):
        """allowed: comma list of host:port; authorities: PEM text trusted beside the public's."""
        self._allowed = {place.strip().lower() for place in allowed.split(",")}
        self._authorities = authorities
        self._resolver = Resolver()

    def connection(self, address, budget, ours):
        """Return an unopened connection to ``address`` for one request.

        ours: the operator's own settings name it, so it may stand anywhere.
        """
        inside = ours or address.place in self._allowed
        return httpcore.HTTPConnection(
            address.origin,
            ssl_context=self.tls,
            network_backend=Guard(self._resolver, budget, inside=inside),
        )

    @cached_property
    def tls(self):
        """What verifies the other side: the public authorities and the operator's."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies chain and host name
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_verify_locations(certifi.where())
        if self._authorities:
            context.load_verify_locations(cadata=self._authorities)
        return context


def init_app(app):
    """Let ``app`` call out as ``OUTBOUND_ALLOW_HOSTS`` and ``OUTBOUND_CA_FILE`` say."""
    file = app.config["OUTBOUND_CA_FILE"]
    authorities = Path(file).read_text("ascii", "ignore") if file else ""
    app.extensions["fetch"] = Outbound(app.config["OUTBOUND_ALLOW_HOSTS"], authorities)


def get(url, *, most, accept, seconds=SECONDS):
    """Return what ``url`` answers with status 200, as :class:`Fetched`.

    most: bytes of body; accept: tuple of the media types that may come; seconds: for all of it.

    Raises Failed: for anything else whatever. Nobody need quote ``url`` to the client.
    """
    headers = {"Accept": ", ".join(accept)}
    with _answer(url, ("GET", headers, b""), Budget(seconds, most)) as answer:
        if answer.status != 200:
            raise Failed("status")
        if set(_values(answer, b"content-encoding")) - {"", "identity"}:
            raise Failed("encoded")
        media_type = next(_values(answer, b"content-type"), "").partition(";")[0].strip()
        if media_type not in accept:
            raise Failed("media_type")
        return Fetched(media_type, _body(answer, most))


def post_form(url, fields, *, seconds=SECONDS):
    """Send ``fields`` (dict) to ``url`` as a form and return the status of the answer.

    The answer's body is not read. Raises Failed: for a redirect, or when no answer comes.
    """
    body = urlencode(fields).encode()
    headers = {"Content-Type": FORM, "Content-Length": str(len(body))}
    with _answer(url, ("POST", headers, body), Budget(seconds, 0)) as answer:
        return answer.status


def post(url, body, headers, *, seconds=SECONDS):
    """Send ``body`` (bytes) to ``url``, an address of our own settings; return the status.

    It may stand in a private network. The answer's body is not read. Raises Failed, as
    :func:`post_form` does.
    """
    return _sent(url, body, headers, seconds, ours=True).status


def send(url, body, headers, *, seconds=SECONDS):
    """Send ``body`` (bytes) to ``url``, which others gave us; return how it :class:`Answered`.

    The answer's body is not read. Raises Failed, as :func:`post_form` does.
    """
    return _sent(url, body, headers, seconds)


def exchange(method, url, body=b"", headers=None, *, most, seconds=SECONDS):
    """Send ``body`` (bytes) to ``url``, an address of our own settings; return :class:`Exchanged`.

    It may stand in a private network, and on loopback speak http. most: bytes of the answer's
    body, whatever its status. Raises Failed: for a redirect, or when no whole answer comes.
    """
    sent = (headers or {}) | {"Content-Length": str(len(body))}
    with _answer(url, (method, sent, body), Budget(seconds, most), ours=True) as answer:
        return Exchanged(answer.status, _body(answer, most))


def is_address(url):
    """Is ``url`` shaped so that it could be called? Nothing is looked up."""
    try:
        return bool(taken_apart(url))
    except Failed:
        return False


def tls():
    """Return the ``ssl.SSLContext`` for other protocols, which verifies as calls going out do."""
    return current_app.extensions["fetch"].tls


def _sent(url, body, headers, seconds, *, ours=False):
    headers = headers | {"Content-Length": str(len(body))}
    with _answer(url, ("POST", headers, body), Budget(seconds, 0), ours=ours) as answer:
        asked = next(_values(answer, b"retry-after"), "")
        numbered = asked.isascii() and asked.isdigit() and len(asked) < 10
        return Answered(answer.status, int(asked) if numbered else None)


@contextmanager
def _answer(url, sent, budget, *, ours=False):
    """Send one request and yield its answer, whose body is still to come; count how it ends.

    sent: its method, headers and body.
    """
    address, (method, headers, body) = None, sent
    try:
        address = taken_apart(url, ours=ours)
        outbound = current_app.extensions["fetch"]
        with (
            tracing.call(method, address.host, ours=ours) as call,
            outbound.connection(address, budget, ours) as connection,
        ):
            request = _request(address, method, headers | call.headers, body)
            answer = connection.handle_request(request)
            call.status = answer.status
            if 300 <= answer.status < 400:
                raise Failed("redirected")
            yield answer
    except (Failed, httpcore.ProtocolError) as error:
        reason = error.reason if isinstance(error, Failed) else "broken"
        metrics.count("outbound_requests", result=reason)
        log.warning("outbound request failed", host=address and address.host, reason=reason)
        raise Failed(reason) from None
    metrics.count("outbound_requests", result="ok")


def _request(address, method, headers, body):
    usual = {"Host": address.authority, "User-Agent": "portaria", "Accept-Encoding": "identity"}
    sent = usual | headers | {"Connection": "close"}
    return httpcore.Request(method, address.url, headers=sent, content=body)


def _values(answer, name):
    return (v.decode("latin-1").strip().lower() for n, v in answer.headers if n.lower() == name)


def _body(answer, most):
    body = bytearray()
    for part in answer.iter_stream():
        body += part
        if len(body) > most:
            raise Failed("too_large")
    return bytes(body)
