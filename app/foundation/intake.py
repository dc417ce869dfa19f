"""The request as we read it: strict UTF-8, no control characters, few fields, one kind of form.

Werkzeug replaces what it cannot decode and reads multipart bodies as forms; both would make two
different requests look the same. Whatever is odd here is a 400, never a 500.
"""

import json
import re
from math import isfinite
from urllib.parse import unquote_to_bytes

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.utils import cached_property

from app.foundation.problems import Problem

MOST_FIELDS = 200
FORM = "application/x-www-form-urlencoded"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # all but tab and line ends


class Malformed(Problem):
    """The request cannot be read (RFC 6749 §4.1.2.1 calls it ``invalid_request``)."""

    code = "invalid_request"
    description = "The request is malformed."


class TooLarge(Problem):
    """The body is as large as ``MAX_CONTENT_LENGTH`` or larger (RFC 9110 §15.5.14)."""

    code = "content_too_large"
    status = 413
    description = "The request is too large."


class WrongKind(Problem):
    """The body is not of the kind this address reads (RFC 9110 §15.5.16)."""

    code = "unsupported_media_type"
    status = 415
    description = "The body must be application/json."


class StrictRequest(Request):
    """A request whose query and form are read strictly, when somebody reads them."""

    @cached_property
    def args(self):
        """The query. Raises Malformed once; whoever then renders the error finds it empty."""
        self.__dict__["args"] = ImmutableMultiDict()
        return ImmutableMultiDict(pairs(self.query_string))

    @cached_property
    def json_object(self):
        """The JSON object that is the body (dict), read strictly and once; nobody changes it.

        Raises Malformed, TooLarge; WrongKind: not JSON.
        """
        if self.mimetype != "application/json":
            raise WrongKind
        return json_object(whole(self.get_data(), self.max_content_length))

    def _load_form_data(self):
        """Read a URL-encoded form; any other body leaves the form empty.

        Raises Malformed once; whoever then renders the error finds it empty.
        """
        kept = self.__dict__
        if "form" in kept:
            return
        kept["form"] = kept["files"] = ImmutableMultiDict()
        if self.mimetype != FORM:
            return
        if self.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
            raise Malformed(detail="form in another charset")
        raw = whole(self.get_data(cache=False), self.max_content_length)
        kept["form"] = ImmutableMultiDict(pairs(raw))


def whole(raw, limit):
    """Return ``raw``, a body that was read, unless it reached the limit. Raises TooLarge.

    Upstream: a body in chunks is cut at the limit in silence (werkzeug ``LimitedStream.readall``).
    """
    if len(raw) >= limit:
        raise TooLarge
    return raw


def pairs(raw):
    """Return the name and value pairs of ``raw``, URL-encoded bytes.

    Raises Malformed: too many of them, not UTF-8, or a control character other than tab, CR, LF.
    """
    if not raw:
        return []
    parts = raw.split(b"&")
    if len(parts) > MOST_FIELDS:
        raise Malformed(detail=f"{len(parts)} fields")
    return [
        (decoded(name), decoded(value))
        for name, _, value in (part.partition(b"=") for part in parts if part)
    ]


def decoded(raw):
    """Return URL-encoded bytes as text. Raises Malformed, as :func:`pairs` does."""
    if b"+" in raw:
        raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        raw = unquote_to_bytes(raw)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Malformed(detail="not UTF-8") from None
    return checked(text)


def checked(text):
    """Return ``text`` unless a control character is in it. Raises Malformed."""
    if _CONTROL.search(text):
        raise Malformed(detail="a control character")
    return text


def json_object(raw):
    """Return the JSON object in ``raw`` (bytes), read strictly (RFC 8259 §4).

    Raises Malformed: not UTF-8, not one object, a repeated key, NaN, a number beyond every double,
    a control character in a text.
    """
    try:
        body = json.loads(raw.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant)
        _check_texts(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(detail=f"JSON: {type(error).__name__}") from None
    if not isinstance(body, dict):
        raise Malformed(detail="JSON: not an object")
    return body


def fitted(body, fields):
    """Return a copy of the JSON object ``body``; see :func:`app.foundation.web.json_body`.

    Raises Malformed: a field missing, unknown or of another type.
    """
    body = dict(body)
    for name, kinds in fields.items():
        value = body.setdefault(name, None)
        allowed = kinds if isinstance(kinds, tuple) else (kinds,)
        if not (value is None and None in allowed) and type(value) not in allowed:
            raise Malformed(detail=f"JSON: field {name}")
    if len(body) > len(fields):
        raise Malformed(detail="JSON: an unknown field")
    return body


def _object(found):
    body = dict(found)
    if len(body) != len(found):
        raise ValueError("a repeated key")
    return body


def _refuse_constant(_name):
    raise ValueError("not a number")


def _check_texts(value):
    if isinstance(value, str):
        value.encode()  # a lone surrogate is no text
        checked(value)
    elif isinstance(value, float) and not isfinite(value):
        raise ValueError("not a number")
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_texts(name)
            _check_texts(item)
    elif isinstance(value, list):
        for item in value:
            _check_texts(item)
