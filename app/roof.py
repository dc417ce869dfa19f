"""Two houses under one roof: which of them answers a path (`decisions.md` §2).

Pure WSGI: the path goes through untouched, and neither house knows of the other.
"""

import json

from app.foundation.openapi import document, door, merging

BANK = {"bank", "wallet", "payments", "atm", "reports"}
RESOURCE_METADATA = ".well-known/oauth-protected-resource"
READY = "/health/ready"
DESCRIPTION = "/openapi.json"


class Roof:
    """A WSGI application over the authorization server, the bank and, in development, more."""

    def __init__(self, auth, bank):
        self.auth = auth
        self.bank = bank
        self.others = {}
        self._described = None

    def add(self, segment, application):
        """Let ``application`` answer every path that begins with ``segment``."""
        self.others[segment] = application

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path == READY and environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            return self._ready(environ, start_response)
        if path == DESCRIPTION and environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            return self._describe(environ, start_response)
        return self.house_of(path)(environ, start_response)

    def house_of(self, path):
        """Return the application that answers ``path``."""
        first = path.lstrip("/").partition("/")[0]
        if first in BANK or path.lstrip("/").startswith(RESOURCE_METADATA):
            return self.bank
        return self.others.get(first, self.auth)

    def _describe(self, environ, start_response):
        """One description of both houses, made once; where they give none, the house's answer."""
        if self._described is None:
            mine, banks = (_asked(house, environ) for house in (self.auth, self.bank))
            if "openapi" not in mine or "openapi" not in banks:
                return self.auth(environ, start_response)
            self._described = document.written(_merged(mine, banks))
        answer = door.answer(*self._described).make_conditional(environ)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer(environ, start_response)

    def _ready(self, environ, start_response):
        """Ready when both are; the answer names the parts of each."""
        states = {"auth": _asked(self.auth, environ), "bank": _asked(self.bank, environ)}
        well = all(answer.get("status") == "ok" for answer in states.values())
        body = json.dumps({"status": "ok" if well else "unavailable"} | states).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response("200 OK" if well else "503 Service Unavailable", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _merged(mine, banks):
    """Both descriptions as one; readiness is told as the roof tells it, each house's by name."""
    for both in (mine, banks):
        health = both["components"]["schemas"]["Health"]["properties"]
        health |= {name: {"type": "object"} for name in ("auth", "bank")}
    return merging.merge(mine, banks, bearer="bearer", sign_in="sign_in")


def _asked(house, environ):
    plain = {n: v for n, v in environ.items() if not n.startswith("HTTP_IF_")}
    answers = house(plain | {"REQUEST_METHOD": "GET"}, lambda *_: None)
    try:
        return json.loads(b"".join(answers))
    except ValueError:  # a page that says what is wrong
        return {"status": "unavailable"}
    finally:
        if hasattr(answers, "close"):
            answers.close()
