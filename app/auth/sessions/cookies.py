"""How a random value is left with a browser and read back (ASVS 3.3, RFC 6265bis §4.1.3)."""

import re
from urllib.parse import urlsplit

from flask import after_this_request, current_app, g, request

_VALUE = re.compile(r"[\w-]{43}", re.ASCII)  # 256 bits, as `ids.secret` writes them


def read(kind):
    """Return the value of our ``kind`` of cookie, or None when there is none of our making."""
    value = request.cookies.get(_name(kind), "")
    return value if _VALUE.fullmatch(value) else None


def choice(kind, among):
    """Return the value of our ``kind`` of cookie when it is one of ``among``, else None."""
    value = request.cookies.get(_name(kind))
    return value if value in among else None


def leave(kind, value):
    """Set a cookie on the answer, unless that is a refusal: then nothing else is kept either.

    The browser keeps it until it closes. An app without cookies is left none.
    """
    if "app_seconds" in g:
        return

    @after_this_request
    def apply(answer):
        if answer.status_code < 400:
            answer.set_cookie(_name(kind), value, path="/", **_flags())
        return answer


def leave_for_long(kind, value, seconds):
    """Set a cookie on whatever is answered, kept by the browser for ``seconds``."""

    @after_this_request
    def apply(answer):
        answer.set_cookie(_name(kind), value, max_age=seconds, path="/", **_flags())
        return answer


def take_back(kind):
    """Remove a cookie with the answer, unless that is a refusal."""

    @after_this_request
    def apply(answer):
        if answer.status_code < 400:
            answer.delete_cookie(_name(kind), path="/", **_flags())
        return answer


def _name(kind):
    """``__Host-`` where there is https; browsers share loopback's cookies across ports."""
    issuer = urlsplit(current_app.config["ISSUER"])
    return f"__Host-{kind}" if issuer.scheme == "https" else f"{kind}_{issuer.port or 80}"


def _flags():
    secure = current_app.config["ISSUER"].startswith("https:")
    return {"secure": secure, "httponly": True, "samesite": "Lax"}
