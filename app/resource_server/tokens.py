"""Verify a JWT access token (RFC 9068 §4) with the issuer's published keys.

The checks of RFC 8725 come first: size, shape, algorithm and type, before any key is touched; the
claims are read only once the signature holds. Verified tokens are remembered by SHA-256 for some
seconds, since an app shows the same one again and again; whether they have expired, and whether
their key is still published, is asked each time.
"""

import binascii
import hashlib
import json
import time
from dataclasses import dataclass
from math import isfinite

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError

from app.resource_server import transactions
from app.resource_server.bearer import LONGEST
from app.resource_server.errors import InvalidToken
from app.resource_server.remembered import Remembered

ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")
_TYPES = {"at+jwt", "application/at+jwt"}  # RFC 9068 §4
_UNTRUSTED = {"jwk", "jku", "x5c", "x5u", "crit", "b64"}  # RFC 8725 §3.10: no key from inside
_TEXTS = ("iss", "sub", "client_id", "jti")  # RFC 9068 §2.2: required
_REMEMBERED_SECONDS = 30


class _Registry(jws.JWSRegistry):
    """The algorithms we take, by the names they bear in tokens.

    Upstream: joserfc warns of ``EdDSA`` each time (RFC 9864), which is what issuers write.
    """

    def get_alg(self, name):
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


_REGISTRY = _Registry(strict_check_header=False)


@dataclass(frozen=True)
class Token:
    """A verified access token: its claims, and the few that every API asks for."""

    claims: dict

    @property
    def subject(self):
        """Whose token it is (``sub``)."""
        return self.claims["sub"]

    @property
    def client_id(self):
        """Which app holds it."""
        return self.claims["client_id"]

    @property
    def user_id(self):
        """The person's number, where the issuer tells it; else None."""
        value = self.claims.get("user_id")
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def actor(self):
        """Who of the issuer's people acts for the token's person (RFC 8693 §4.1), or None.

        An API that acts onward is named there too, as a client, and is none of them.
        """
        act = self.claims.get("act")
        while isinstance(act, dict):
            if act.get("iss") == self.claims["iss"] and isinstance(act.get("sub"), str):
                return act["sub"]
            act = act.get("act")
        return None

    @property
    def scope(self):
        """What it allows, as a set of names."""
        return frozenset(str(self.claims.get("scope", "")).split())

    @property
    def acr(self):
        """How surely the person was here (OIDC Core §2), or None."""
        value = self.claims.get("acr")
        return value if isinstance(value, str) else None

    @property
    def auth_time(self):
        """When the person was last authenticated (OIDC Core §2), seconds since 1970, or None."""
        value = self.claims.get("auth_time")
        return value if _is_a_moment(value) else None

    @property
    def details(self):
        """What it allows in detail (``authorization_details``, RFC 9396): a tuple of dicts."""
        return transactions.read(self.claims.get("authorization_details"))

    @property
    def audience(self):
        """Which APIs it is for, as a set."""
        value = self.claims["aud"]
        return frozenset([value] if isinstance(value, str) else value)

    @property
    def is_of_the_app(self):
        """Does the app ask for itself (client credentials)? Then it is the subject: nobody else is.

        RFC 9068 §2.2, RFC 9700 §4.15.
        """
        return self.subject == self.client_id

    def belongs_to(self, name):
        """Does ``name`` (a part of a path) mean the token's own person? An app's is no person's."""
        if self.is_of_the_app:
            return False
        mine = {"me", self.subject, str(self.user_id) if self.user_id is not None else "me"}
        return name in mine


class Verifier:
    """Verifies tokens of one issuer."""

    def __init__(self, issuer, keys, leeway_seconds):
        self._issuer = issuer
        self._keys = keys
        self._leeway = leeway_seconds
        self._verified = Remembered()

    def verify(self, value):
        """Return the :class:`Token` that ``value`` is; its audience is the caller's to judge.

        Raises InvalidToken: unless it is a live token of this issuer. Raises IssuerAway: when
        the keys cannot be had.
        """
        name = digest(value)
        token, kid = self._verified.get(name) or (None, None)
        if token is None:
            claims, kid = self._claims(value)
            token = Token(claims)
            self._verified.put(name, (token, kid), time.monotonic() + _REMEMBERED_SECONDS)
        elif self._keys.find(kid) is None:
            raise InvalidToken(detail="no such key")
        self._ask_the_clock(token.claims)
        return token

    def _claims(self, value):
        if len(value) > LONGEST:
            raise InvalidToken(detail="too long")
        try:
            signed = jws.extract_compact(value.encode(), registry=_REGISTRY)
            key = self._key(signed.protected)
            if not jws.validate_compact(signed, key, registry=_REGISTRY):
                raise InvalidToken(detail="signature")
            claims = json.loads(signed.payload)
        except (JoseError, ValueError, TypeError, RecursionError, binascii.Error) as error:
            raise InvalidToken(detail=type(error).__name__) from None
        self._judge(claims)
        return claims, signed.protected["kid"]

    def _key(self, header):
        if not isinstance(header, dict) or _UNTRUSTED & header.keys():
            raise InvalidToken(detail="header")
        alg, kid, kind = (header.get(name) for name in ("alg", "kid", "typ"))
        if alg not in ALGORITHMS or not isinstance(kid, str) or not isinstance(kind, str):
            raise InvalidToken(detail="alg, kid or typ")
        if kind.lower() not in _TYPES:
            raise InvalidToken(detail="typ")
        key = self._keys.find(kid)
        if key is None or (key.alg or alg) != alg:
            raise InvalidToken(detail="no such key")
        return key

    def _judge(self, claims):
        if not isinstance(claims, dict):
            raise InvalidToken(detail="claims")
        if not all(isinstance(claims.get(name), str) and claims[name] for name in _TEXTS):
            raise InvalidToken(detail="a required claim")
        if not all(_is_a_moment(claims.get(name)) for name in ("exp", "iat")):
            raise InvalidToken(detail="exp or iat")
        if claims["iss"] != self._issuer:
            raise InvalidToken(detail="iss")
        if not _is_an_audience(claims.get("aud")):
            raise InvalidToken(detail="aud")
        if "cnf" in claims:  # bound to a key of which a bearer proves nothing (RFC 7800 §3.1)
            raise InvalidToken(detail="sender-constrained")

    def _ask_the_clock(self, claims):
        now = time.time()
        starts = claims.get("nbf", claims["iat"])
        if not _is_a_moment(starts) or starts - self._leeway > now:
            raise InvalidToken(detail="not yet")
        if now >= claims["exp"] + self._leeway:
            raise InvalidToken("The access token has expired.", detail="exp")


def digest(value):
    """Return the SHA-256 of a token: the name it is remembered by."""
    return hashlib.sha256(value.encode()).digest()


def _is_a_moment(value):
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_an_audience(value):
    several = value if isinstance(value, list) else [value]
    return bool(several) and all(isinstance(one, str) and one for one in several)
