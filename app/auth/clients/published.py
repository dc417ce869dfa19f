"""The key set at a client's own address (``jwks_uri``): fetched, kept, fetched again for a new key.

A process asks an address at most once in ``BREATH_SECONDS``, one thread for all; while it cannot
be had, what it said last serves for a day.
"""

import json
from math import inf
from threading import Lock

from flask import current_app

from app.auth.database import db
from app.foundation import clock, database, fetch
from app.foundation.logs import log

FRESH_SECONDS = 300
BREATH_SECONDS = 15
STALE_SECONDS = 86_400
MOST_BYTES = 64 * 1024
MOST_KEYS = 20
MOST_SETS = 5_000  # kept in a process
MEDIA_TYPES = ("application/jwk-set+json", "application/json")
MEMBERS = {"kid", "kty", "use", "alg", "key_ops", "crv", "x", "y", "n", "e"}
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}  # RFC 7518 §6.2.2, §6.3.2, §6.4.1


class KeySets:
    """The key sets of one application's clients, by client and address."""

    def __init__(self):
        self._lock = Lock()
        self._sets = {}

    def of(self, client):
        """Return the :class:`KeySet` at ``client.jwks_uri``; the oldest gives way to too many."""
        name = (client.client_id, client.jwks_uri)
        with self._lock:
            found = self._sets.get(name)
            if found is None:
                if len(self._sets) >= MOST_SETS:
                    del self._sets[next(iter(self._sets))]
                found = self._sets[name] = KeySet(*name)
            return found


class KeySet:
    """What one client publishes at its address."""

    def __init__(self, client_id, uri):
        self._client_id = client_id
        self._uri = uri
        self._turn = Lock()
        self._keys = []
        self._fetched_at = self._tried_at = -inf

    def keys(self):
        """Return the JWKs (dicts), as of ``FRESH_SECONDS`` ago at most where they can be had."""
        age = clock.ticks() - self._fetched_at
        if age > FRESH_SECONDS:
            self._renew(wait=age > STALE_SECONDS)
        return self._at_hand()

    def newest(self):
        """Return the JWKs as they are now, unless they were asked for a breath ago."""
        self._renew(wait=True)
        return self._at_hand()

    def _at_hand(self):
        return self._keys if clock.ticks() - self._fetched_at <= STALE_SECONDS else []

    def _renew(self, wait):
        """Fetch, if nobody just did. wait: for who is fetching now, rather than go without."""
        if not self._turn.acquire(blocking=wait):
            return
        try:
            if clock.ticks() - self._tried_at > BREATH_SECONDS:
                self._tried_at = clock.ticks()
                self._fetch()
        finally:
            self._turn.release()

    def _fetch(self):
        try:
            self._keys = _public(fetch.get(self._uri, most=MOST_BYTES, accept=MEDIA_TYPES).body)
            self._fetched_at = self._tried_at
        except fetch.Failed:
            return
        except (ValueError, RecursionError):
            log.warning("client key set unreadable", client=self._client_id)


def of(client):
    """Return the :class:`KeySet` of a client that has a ``jwks_uri``.

    What the request has read is let go: no transaction waits for the network.

    Raises RuntimeError: when the request has writes pending.
    """
    database.let_go(db)
    return current_app.extensions["client_keys"].of(client)


def _public(body):
    """Return the keys for signatures in a JWK set, less what we have no use for (RFC 7517 §5).

    A key published with its private half is nobody's any more and is passed over.

    Raises ValueError: when it is no JWK set.
    """
    found = json.loads(body)
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        raise ValueError("no JWK set")
    fit = (jwk for jwk in found["keys"] if isinstance(jwk, dict) and not jwk.keys() & PRIVATE)
    fit = (jwk for jwk in fit if jwk.get("use", "sig") == "sig")
    return [{name: jwk[name] for name in MEMBERS & jwk.keys()} for jwk in fit][:MOST_KEYS]
