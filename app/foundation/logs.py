"""The log: one JSON object a line on standard error, with every secret-shaped thing redacted.

Two ways in: ``log`` (structlog) for what happens now and then, and :func:`access`, written for
speed, for the one line each request leaves. Records of other libraries come the same way, and
what they quote (a token, an address with a password, PostgreSQL's ``Key (…)=(…)``) is taken out.
"""

import json
import logging
import re
import sys
from functools import lru_cache

import structlog
from flask import g, has_request_context
from structlog.stdlib import ProcessorFormatter

from app.foundation import clock

REDACTED = "[redacted]"
LONGEST = 16_000  # characters of one text in the log

_quoted = lru_cache(maxsize=4096)(json.dumps)

log = structlog.stdlib.get_logger("portaria")

_NAMES = (
    r"\w*pass(?:word|wd|phrase)|pass|\w*senha|\w*secret\w*|\w*token|authorization|(?:set-)?cookie|"
    r"\w*code|voucher|\w*verifier|\w*assertion|\w*cpf\w*|\w*csrf\w*|\w*otp|pin|\w*private\w*|"
    r"\w*sealed|\w*sealing\w*|credentials?|api_?key|nonce|state|\w*_hint|e?mail|\w*phone|"
    r"birth_?date"
)
_QUOTE = r"(?:\\?['\"]|%22)?"
_SECRET_NAME = re.compile(rf"(?:{_NAMES})\Z", re.IGNORECASE)
_PATTERNS = (
    (r"\beyJ[\w-]+\.[\w-]+\.[\w-]*", REDACTED),  # a JWT
    (r"\b(Bearer|Basic|DPoP)\s+[\w.~+/=-]+", rf"\1 {REDACTED}"),
    # … = value, … : "value", and the same inside of JSON, or of an address
    (
        rf"(?i)(\b(?:{_NAMES}){_QUOTE}\s*(?:[:=]|%3[AD])\s*{_QUOTE})[^\s'\"&,;}})\\%]+",
        rf"\1{REDACTED}",
    ),
    (r"(Key|row contains) \(.*", rf"\1 ({REDACTED})"),  # PostgreSQL's DETAIL
    (r"(\w://[^\s:/@]*):[^\s@]+@", rf"\1:{REDACTED}@"),  # a password in an address
    (r"(?<![\w.])\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?![\w])", REDACTED),  # a CPF
    (r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+", REDACTED),  # an e-mail address
    # 128 random bits or more as URL-safe text: small and capital letters and digits mixed
    (r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[A-Za-z0-9_-]{22,}", REDACTED),
)
_REDACTIONS = [(re.compile(pattern), instead) for pattern, instead in _PATTERNS]
_OURS = {"at", "level", "logger", "request_id"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def init_app(app):
    """Send this process's log, ours and the libraries', to standard error as ``LOG_FORMAT`` says.

    Authlib's loggers stay at INFO: at DEBUG they write issued tokens.
    """
    shared = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _add_moment_and_request,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    _Lines.pretty = app.config["LOG_FORMAT"] == "pretty"
    handler = _Lines()
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                ProcessorFormatter.remove_processors_meta,
                redact_fields,
                structlog.dev.ConsoleRenderer(
                    colors=False, exception_formatter=structlog.dev.plain_traceback
                )
                if _Lines.pretty
                else structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [old for old in root.handlers if not isinstance(old, _Lines)] + [handler]
    root.setLevel(logging.INFO)
    for name, level in (
        ("authlib", logging.INFO),
        ("sqlalchemy", logging.WARNING),
        ("app.foundation.pools", logging.WARNING),  # SQLAlchemy's words about a pool of ours
        ("httpx", logging.WARNING),
    ):
        logging.getLogger(name).setLevel(level)


def redact(text):
    """Return ``text`` without what looks like a secret or a person, control characters escaped."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
    for pattern, instead in _REDACTIONS:
        text = pattern.sub(instead, text)
    return _CONTROL.sub(_escape, text)


def redact_fields(_logger, _method, fields):
    """Redact a structlog event: fields by their name, and whatever text they hold."""
    return {k: v if k in _OURS else _clean(k, v) for k, v in fields.items()}


def access(request, route, status, seconds, request_id):
    """Write the line of one request: the route, never the query or what a path held.

    Written by hand: a record through logging costs ten times as much, on every request.
    """
    moment, ms = clock.now().isoformat(timespec="milliseconds"), round(seconds * 1000, 2)
    method, address = request.method, request.remote_addr
    route = route or redact(request.path[:200])
    if _Lines.pretty:
        sys.stderr.write(f"{method} {route} {status} {ms} ms {request_id}\n")
        return
    sys.stderr.write(
        f'{{"at": "{moment}", "level": "info", "event": "request", "method": {_quoted(method)}, '
        f'"route": {_quoted(route)}, "status": {status}, "ms": {ms}, '
        f'"address": {_quoted(address)}, "request_id": "{request_id}"}}\n'
    )


class _Lines(logging.Handler):
    """Writes to whatever standard error is now, one write a line."""

    pretty = False

    def emit(self, record):
        sys.stderr.write(self.format(record) + "\n")


def _add_moment_and_request(_logger, _method, fields):
    fields["at"] = clock.now().isoformat(timespec="milliseconds")
    if has_request_context() and "request_id" in g:
        fields["request_id"] = g.request_id
    return fields


def _clean(name, value):
    if isinstance(name, str) and value is not None and _SECRET_NAME.match(name):
        return REDACTED
    if isinstance(value, dict):
        return {k: _clean(k, v) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [_clean(None, item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(value if isinstance(value, str) else str(value))


def _escape(match):
    return f"\\u{ord(match[0]):04x}"
