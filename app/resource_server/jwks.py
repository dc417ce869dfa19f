"""The issuer's keys: fetched when first needed, cached, refetched for a key not yet seen."""

import time

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from app.resource_server.errors import IssuerAway
from app.resource_server.remembered import Flights

_FRESH_SECONDS = 300
_STALE_SECONDS = 3600  # with the issuer away, what we hold serves so long
_RETRY_SECONDS = 5  # between tries at renewing what has grown old
_UNKNOWN_SECONDS = 60  # between refetches for a kid we do not know
_KINDS = {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}  # never "oct" (RFC 8725 §3.1)


class Keys:
    """The public keys of one issuer, by ``kid``."""

    def __init__(self, issuer):
        self._issuer = issuer
        self._flights = Flights()
        self._keys = None
        self._fetched_at = 0.0
        self._tried_at = 0.0

    def find(self, kid):
        """Return the key named ``kid``, or None when the issuer publishes none.

        Raises IssuerAway: when no usable key set can be had.
        """
        if self._wants_a_fetch(kid):
            self._flights.take("keys", self._fetch)
        if self._keys is None or time.monotonic() - self._fetched_at > _STALE_SECONDS:
            raise IssuerAway(detail="no key set")
        return self._keys.get(kid)

    def _wants_a_fetch(self, kid):
        now = time.monotonic()
        if self._keys is None:
            return True
        if now - self._fetched_at > _FRESH_SECONDS:
            return now - self._tried_at > _RETRY_SECONDS
        return kid not in self._keys and now - self._tried_at > _UNKNOWN_SECONDS

    def _fetch(self):
        self._tried_at = time.monotonic()
        url = self._issuer.endpoint("jwks_uri")
        answer = self._issuer.get(url) if url else None
        if answer is None or not isinstance(answer.get("keys"), list):
            return None
        self._keys = dict(_usable(answer["keys"]))
        self._fetched_at = self._tried_at
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
