"""The issuer, asked over HTTP: its metadata, and its endpoints by name (RFC 8414)."""

import functools
import logging
import time
from urllib.parse import urlsplit

import httpx

from app.resource_server.remembered import Flights, Remembered

TIMEOUT_SECONDS = 3
_METADATA_SECONDS = 3600
_BREATH_SECONDS = 1  # after a failed connection, nobody waits for the next one so long

log = logging.getLogger(__name__)


@functools.cache
def _trusted():
    """Whom this machine trusts to certify, read once: it takes longer than most questions."""
    return httpx.create_ssl_context()


class Issuer:
    """Asks one issuer. Nothing is asked before somebody needs it."""

    def __init__(self, url, transport=None):
        self.url = url
        self._http = httpx.Client(transport=transport, timeout=TIMEOUT_SECONDS, verify=_trusted())
        self._metadata = Remembered(most=1)
        self._flights = Flights()
        self._away_until = 0.0

    def endpoint(self, name):
        """Return the address published as ``name``, or None when it cannot be learned."""
        metadata = self._metadata.get(self.url)
        if metadata is None:
            metadata = self._flights.take(self.url, self._learn) or {}
        return metadata.get(name)

    def get(self, url):
        """GET a JSON object; None when it cannot be had."""
        return self._ask(self._http.build_request("GET", url))

    def post(self, url, form, authorization):
        """POST ``form`` with an ``Authorization`` header; a JSON object, or None."""
        headers = {"Authorization": authorization, "Accept": "application/json"}
        return self._ask(self._http.build_request("POST", url, data=form, headers=headers))

    def call(self, url, body, authorization):
        """POST ``body`` (a dict, as JSON); return the status and the JSON object answered.

        None when the issuer is away; an answer that is no object reads as an empty one.
        """
        headers = {"Authorization": authorization, "Accept": "application/json"}
        response = self._send(self._http.build_request("POST", url, json=body, headers=headers))
        if response is None:
            return None
        return response.status_code, _object(response) or {}

    def _learn(self):
        metadata = self.get(metadata_url(self.url))
        if metadata is None:
            return None
        if metadata.get("issuer") != self.url:  # RFC 8414 §3.3
            log.error("issuer metadata names another issuer")
            return None
        self._metadata.put(self.url, metadata, time.monotonic() + _METADATA_SECONDS)
        return metadata

    def _ask(self, request):
        response = self._send(request)
        if response is None:
            return None
        answer = _object(response) if response.status_code == httpx.codes.OK else None
        if answer is None:
            log.warning("issuer answered %s to %s", response.status_code, request.url.path)
        return answer

    def _send(self, request):
        """Return the response, or None when the issuer is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            return self._http.send(request)
        except httpx.HTTPError as error:
            self._away_until = time.monotonic() + _BREATH_SECONDS
            log.warning("issuer away: %s", type(error).__name__)
            return None


def _object(response):
    """The JSON object in the answer, or None."""
    try:
        answer = response.json()
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def metadata_url(issuer):
    """Return where ``issuer`` publishes its metadata: before its path (RFC 8414 §3.1)."""
    parts = urlsplit(issuer)
    return f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server{parts.path}"
