"""A pending deed: the bank's signed word of what is to be done, to whom, for how much.

Nothing that an app says of a deed is believed: what is shown, approved and digested is this.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

from flask import current_app

from app.auth.deeds import bank_keys
from app.auth.keys import jose
from app.foundation import canonical, clock, intake

ALGORITHM, TYPE = "ES256", "deed+jwt"
AHEAD = 60  # seconds that the bank's clock may be fast
LIFE = 3600  # seconds; no deed waits longer
LONGEST = 8_192  # characters of a deed
_ID = re.compile(r"dee_[A-Za-z0-9_-]{16,64}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_TEXT = 200  # characters that a text of it may have
_MISLEADS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")  # turns lines or reading

NEEDED = {
    **dict.fromkeys(("iss", "aud", "sub", "client_id", "jti", "type", "currency"), str),
    **dict.fromkeys(("iat", "exp", "amount"), int),
    **dict.fromkeys(("payee", "source"), dict),
}
OPTIONAL = {"description": str, "first_payment": bool, "due_date": str, "reasons": list}
PARTS = {  # needed and optional texts of what has parts
    "payee": ({"id", "name"}, {"document", "institution"}),
    "source": ({"id"}, {"name"}),
}


class NotTheBanks(Exception):
    """It is no word of the bank's that is good here and now; its text says why, for the log."""


class Deed(NamedTuple):
    """A deed as the bank signed it. claims: all of its members, each of its kind."""

    jws: str
    claims: Mapping
    text: str  # canonical

    @property
    def id(self):
        """The transaction it is."""
        return self.claims["jti"]

    @property
    def digest(self):
        """What is approved, 32 bytes."""
        return hashlib.sha256(self.text.encode()).digest()

    @property
    def expires_at(self):
        """Until when it may be approved."""
        return datetime.fromtimestamp(self.claims["exp"], UTC)

    def is_over(self, now):
        """Is it too late to approve it?"""
        return self.expires_at <= now


def judged(jws, client_id):
    """Return the :class:`Deed` that ``jws`` (text) is, for an app that may still ask for it.

    Raises NotTheBanks: not signed by the bank, for another server or app, late, or odd;
    Unavailable: when the bank's keys cannot be had.
    """
    deed = _read(jws)
    claims, settings, now = deed.claims, current_app.config, clock.seconds()
    if claims["iss"] != settings["BANK_AUDIENCE"] or claims["aud"] != settings["ISSUER"]:
        raise NotTheBanks("another bank's, or for another server")
    if claims["client_id"] != client_id:
        raise NotTheBanks("another client's")
    if not now < claims["exp"] <= claims["iat"] + LIFE or claims["iat"] > now + AHEAD:
        raise NotTheBanks("late, early or lasting too long")
    return deed


def opened(jws):
    """Return the :class:`Deed` that ``jws`` is, which was judged before and kept by us."""
    claims = _members(jose.split(jws)[1])
    return Deed(jws, claims, canonical.json(claims).decode())


def _read(jws):
    """Return the deed if it is the bank's word."""
    try:
        if len(jws) > LONGEST:
            raise jose.Malformed
        header, message, signature = jose.split(jws)
    except jose.Malformed:
        raise NotTheBanks("no compact JWS") from None
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or header.get("typ") != TYPE or not isinstance(kid, str):
        raise NotTheBanks("another kind of JWS")
    key = bank_keys.current().find(kid)
    if getattr(key, "curve_name", None) != "P-256":
        raise NotTheBanks("no key of the bank's")
    if not jose.Verifier(ALGORITHM, key).holds(message, signature):
        raise NotTheBanks("the signature does not hold")
    claims = _members(message)
    _check(claims)
    try:
        return Deed(jws, claims, canonical.json(claims).decode())
    except canonical.NotCanonical:
        raise NotTheBanks("a number that is none of a deed") from None


def _members(message):
    """What was signed, read as strictly as a request: no name twice, no control character."""
    try:
        return intake.json_object(jose.unb64(message.partition(b".")[2].decode()))
    except (intake.Malformed, ValueError):
        raise NotTheBanks("not strict JSON") from None


def _check(claims):
    """Every member is known, of its kind, and makes sense; else a page would not show it."""
    _fits(claims, NEEDED, OPTIONAL)
    for name, (needed, optional) in PARTS.items():
        _fits(claims[name], dict.fromkeys(needed, str), dict.fromkeys(optional, str))
    texts = [claims.get("description", ""), *claims["payee"].values(), *claims["source"].values()]
    right = (
        _ID.fullmatch(claims["jti"]),
        _CURRENCY.fullmatch(claims["currency"]),
        0 < claims["amount"] <= canonical.LARGEST,
        not any(len(text) > _TEXT or _MISLEADS.search(text) for text in texts),
        _is_day(claims.get("due_date")),
        all(isinstance(reason, str) for reason in claims.get("reasons", [])),
    )
    if not all(right):
        raise NotTheBanks("a member that makes no sense")


def _fits(found, needed, optional):
    kinds = needed | optional
    wrong = [name for name, value in found.items() if type(value) is not kinds.get(name)]
    if wrong or not needed.keys() <= found.keys():
        raise NotTheBanks("a member is missing, unknown or of another kind")


def _is_day(text):
    if text is None:
        return True
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
