"""Read the bearer token of a request (RFC 6750 §2.1); no other place to put one is taken."""

import re

from app.resource_server.errors import InvalidRequest, InvalidToken, MissingToken

LONGEST = 8192  # characters; a longer token is refused before it is read (RFC 8725 §3.2)
_B64TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
_FORM = "application/x-www-form-urlencoded"


def presented(request):
    """Return the token of ``request``.

    Raises MissingToken: when none is shown, or another scheme is used. Raises InvalidRequest:
    when one stands in the query or the body (RFC 9700 §4.3.2), or more than one is shown.
    Raises InvalidToken: when it is longer than any token of ours.
    """
    in_form = request.mimetype == _FORM and "access_token" in request.form
    if "access_token" in request.args or in_form:
        raise InvalidRequest
    scheme, _, value = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer":
        raise MissingToken
    value = value.strip()
    if len(value) > LONGEST:
        raise InvalidToken
    if not _B64TOKEN.fullmatch(value):
        raise InvalidRequest
    return value
