"""What OpenID Connect says about a person (OIDC Core §5.1): all we know, and reading it in."""

import json
import re
import zoneinfo
from datetime import date
from urllib.parse import urlsplit

from app.auth.accounts import papers

LONGEST = 500  # characters of any one claim

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*", re.ASCII)
_ADDRESS = {"formatted", "street_address", "locality", "region", "postal_code", "country"}


class Malformed(ValueError):
    """A claim is unknown, or not of its kind; the text names it."""


def of(user):
    """Return every standard claim we know of the person but ``sub``; nothing is null."""
    phone = papers.read(user, "phone")
    known = json.loads(user.claims)
    known |= {
        "name": user.full_name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "birthdate": user.birth_date and user.birth_date.isoformat(),
        "locale": user.locale,
        "email": user.email,
        "email_verified": user.email_verified_at is not None,
        "phone_number": phone,
        "phone_number_verified": phone and user.phone_verified_at is not None,
        "updated_at": int(user.updated_at.timestamp()),
    }
    known.setdefault("preferred_username", user.username)
    return {name: value for name, value in known.items() if value is not None}


def checked(given):
    """Return ``given`` (decoded JSON) when it is an object of standard claims, each of its kind.

    Raises Malformed: at the first that is unknown or of another kind.
    """
    if not isinstance(given, dict):
        raise Malformed("the claims must be a JSON object")
    for name, value in given.items():
        rule = _RULES.get(name)
        if rule is None:
            raise Malformed(f"not a standard claim that can be set: {name[:40]}")
        if not rule(value):
            raise Malformed(f"malformed claim: {name}")
    return given


def _text(value):
    return isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable()


def _lines(value):
    return isinstance(value, str) and _text(value.replace("\r", "").replace("\n", " "))


def _truth(value):
    return isinstance(value, bool)


def _web(value):
    return _text(value) and urlsplit(value).scheme in {"http", "https"}


def _day(value):
    try:
        return _text(value) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _language(value):
    return _text(value) and bool(_LANGUAGE.fullmatch(value))


def _zone(value):
    return _text(value) and value in zoneinfo.available_timezones()


def _address(value):
    return isinstance(value, dict) and all(
        name in _ADDRESS and _lines(line) for name, line in value.items()
    )


_RULES = {
    "name": _text,
    "given_name": _text,
    "family_name": _text,
    "middle_name": _text,
    "nickname": _text,
    "preferred_username": _text,
    "profile": _web,
    "picture": _web,
    "website": _web,
    "gender": _text,
    "birthdate": _day,
    "zoneinfo": _zone,
    "locale": _language,
    "email": _text,
    "email_verified": _truth,
    "phone_number": _text,
    "phone_number_verified": _truth,
    "address": _address,
}
