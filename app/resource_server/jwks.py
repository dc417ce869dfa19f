"""The issuer's keys: fetched when first needed, and again each few seconds while they are used.

So a key that its issuer withdraws, because it was stolen, is believed no longer than that.
"""

import time
from threading import Lock

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from app.resource_server.errors import IssuerAway
from app.resource_server.remembered import Flights

_FRESH_SECONDS = 5  # as long as a live answer is believed
_STALE_SECONDS = 3600  # with the issuer away, what we hold serves so long
_RETRY_SECONDS = 5  # after a try that failed
_UNKNOWN_SECONDS = 5  # between refetches for a kid we do not know
_KINDS = {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}  # never "oct" (RFC 8725 §3.1)


class Keys:
    """The public keys of one issuer, by ``kid``."""

    def __init__(self, issuer):
        self._issuer = issuer
        self._flights = Flights()
        self._renewing = Lock()
        self._keys = None
        self._fetched_at = 0.0
        self._failed_at = None  # None: the last try went well

    def find(self, kid):
        """Return the key named ``kid``, or None when the issuer publishes none.

        Raises IssuerAway: when no usable key set can be had, or none so new that it would tell.
        """
        if self._lacks(kid):
            self._flights.take("keys", lambda: self._lacks(kid) and self._fetch())
        elif self._is_old() and self._renewing.acquire(blocking=False):
            try:  # one asks; the others go on with what we hold
                self._fetch()
            finally:
                self._renewing.release()
        if self._keys is None or time.monotonic() - self._fetched_at > _STALE_SECONDS:
            raise IssuerAway(detail="no key set")
        key = self._keys.get(kid)
        if key is None and self._failed_at is not None:
            raise IssuerAway(detail="no new key set")
        return key

    def _lacks(self, kid):
        if self._keys is None:
            return True
        age = time.monotonic() - self._fetched_at
        return kid not in self._keys and age > _UNKNOWN_SECONDS and self._may_try()

    def _is_old(self):
        return time.monotonic() - self._fetched_at > _FRESH_SECONDS and self._may_try()

    def _may_try(self):
        return self._failed_at is None or time.monotonic() - self._failed_at > _RETRY_SECONDS

    def _fetch(self):
        began = time.monotonic()
        url = self._issuer.endpoint("jwks_uri")
        answer = self._issuer.get(url) if url else None
        if answer is None or not isinstance(answer.get("keys"), list):
            self._failed_at = time.monotonic()
            return None
        self._keys = dict(_usable(answer["keys"]))
        self._fetched_at, self._failed_at = began, None
        return True


def _usable(published):
    """Signature keys that have a name and a kind we know; others are passed over (RFC 7517 §5)."""
    for data in published:
        if not isinstance(data, dict) or data.get("use", "sig") != "sig":
            continue
        kid, kind = data.get("kid"), _KINDS.get(data.get("kty"))
        if not isinstance(kid, str) or kind is None:
            continue
        try:
            yield kid, kind.import_key(data)
        except (JoseError, ValueError):
            continue
