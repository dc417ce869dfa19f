"""Every request this app makes and every answer it gets, kept for the page that shows them."""

import base64
import json
import re
import shlex
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import jwt
from flask import g

SHOWN = ("authorization", "accept-language", "content-type", "idempotency-key")
SHOWN_BACK = (
    "content-type",
    "cache-control",
    "idempotency-replayed",
    "www-authenticate",
    "retry-after",
)
LONG = re.compile(r"[A-Za-z0-9_.-]{120,}")
OURS = '-u "$CLIENT_ID:$CLIENT_SECRET"'  # the app's own secret is never on a page


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as text a person can read."""

    caption: str  # a message key, or empty
    method: str
    url: str
    headers: tuple  # of (name, value)
    body: str
    status: int
    reason: str
    answer_headers: tuple
    answer: str
    milliseconds: int

    @property
    def path(self):
        """The address without its origin, for the heading."""
        return urlsplit(self.url).path

    @property
    def background(self):
        """Is this only the fetching of metadata or keys, which the page shows folded?"""
        return "/.well-known/" in self.url or self.path.endswith("/jwks")

    @property
    def fields(self):
        """The parts of a form body, decoded."""
        return parse_qsl(self.body) if "=" in self.body and "{" not in self.body else ()

    @property
    def shown_body(self):
        """The body as a person reads it."""
        return _pretty(self.body)

    @property
    def curl(self):
        """The same request as a command for a shell."""
        parts = ["curl -si" + ("" if self.method == "GET" else f" -X {self.method}")]
        for name, value in self.headers:
            mine = name == "authorization" and value.startswith("Basic")
            parts.append(OURS if mine else "-H " + shlex.quote(f"{name}: {value}"))
        parts += [
            "--data-urlencode " + shlex.quote(f"{name}={value}") for name, value in self.fields
        ]
        if self.body and not self.fields:
            parts.append("-d " + shlex.quote(self.body))
        return " \\\n  ".join([*parts, shlex.quote(self.url)])


def begin():
    """Start an empty record for this request of ours and return it."""
    g.exchanges, g.caption = [], ""
    return g.exchanges


def caption(key):
    """Say what the next request is for."""
    g.caption = key


def keep(answer):
    """Keep ``answer`` and the request it answers: a response hook for ``httpx``."""
    answer.read()
    asked = answer.request
    g.exchanges.append(
        Exchange(
            caption=g.caption,
            method=asked.method,
            url=str(asked.url),
            headers=tuple((n, _hidden(asked.headers[n])) for n in SHOWN if n in asked.headers),
            body=asked.content.decode(),
            status=answer.status_code,
            reason=answer.reason_phrase,
            answer_headers=tuple((n, answer.headers[n]) for n in SHOWN_BACK if n in answer.headers),
            answer=_pretty(answer.text),
            milliseconds=round(answer.elapsed.total_seconds() * 1000),
        )
    )
    g.caption = ""


def opened(token):
    """Return the header and the claims of a JWT, unverified, or None when it is no JWT."""
    try:
        return jwt.get_unverified_header(token), jwt.decode(
            token, options={"verify_signature": False}
        )
    except jwt.PyJWTError:
        return None


def short(text):
    """Return ``text`` with every long token in it cut in the middle; the curl line has it whole."""
    return LONG.sub(lambda found: f"{found[0][:36]}…{found[0][-12:]}", text)


def _hidden(value):
    if not value.startswith("Basic "):
        return value
    who = base64.b64decode(value[6:]).decode().partition(":")[0]
    return f"Basic base64({who}:••••••)"


def _pretty(text):
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
