"""A form of ours, sent from our own page, by the browser we gave it to (RFC 9700 §4.7).

The token is an HMAC of the browser's long-lived id and of the form's purpose, so nothing need be
kept. ``Origin`` is checked too, but only when a browser sends one (decisions §13).
"""

from urllib.parse import urlsplit

from flask import current_app, request

from app.foundation import digests
from app.foundation.problems import Problem

FIELD = "csrf_token"

_PORTS = {"http": 80, "https": 443}


class Stale(Problem):
    """The form is not one we gave to this browser, or no longer."""

    code = "stale_form"
    status = 403
    key = "form.stale"
    description = "This form can no longer be sent. Open the page again."


def token(browser_id, purpose):
    """Return the token for a form. purpose: what it does and to what (``consent int_…``)."""
    return _tokens(browser_id, purpose)[0]


def check(browser_id, purpose):
    """Let this request's form through, or raise Stale. Purposes and browsers are not swapped."""
    origin = request.headers.get("Origin")
    if origin not in (None, "null") and _origin(origin) != _origin(current_app.config["ISSUER"]):
        raise Stale(detail="foreign origin")
    given = request.form.get(FIELD, "").encode()
    if not any(digests.same(given, each.encode()) for each in _tokens(browser_id, purpose)):
        raise Stale(detail="form token")


def _tokens(browser_id, purpose):
    """Of each sealing key, the first's first: while one follows another, both sign forms."""
    keys = current_app.extensions["sealing"].derive_each("csrf")
    return [digests.keyed(key, f"{browser_id}\n{purpose}").hex() for key in keys]


def _origin(address):
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
