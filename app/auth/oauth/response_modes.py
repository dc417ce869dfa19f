"""How an authorization answer reaches the client: in the query of its redirect URI."""

from urllib.parse import urlencode, urlsplit

from flask import Response, current_app

from app.auth.oauth import explaining

MODES = ("query",)


def answer(redirect_uri, parameters, state):
    """Return the redirect to the client with ``parameters`` and, always, ``iss`` (RFC 9207).

    ``state`` comes back byte for byte, and only if it came (RFC 6749 §4.1.2). A query that the
    registered address has is kept. 303, so that a posted form is not posted on.
    """
    if state is not None:
        parameters = parameters | {"state": state}
    query = urlencode(parameters | {"iss": current_app.config["ISSUER"]})
    joint = "&" if urlsplit(redirect_uri).query else "" if redirect_uri.endswith("?") else "?"
    where = f"{redirect_uri}{joint}{query}"
    return Response(status=303, headers=(("Location", where), ("Cache-Control", "no-store")))


def refusal(redirect_uri, error, state):
    """Return the redirect that tells the client of ``error`` (RFC 6749 §4.1.2.1)."""
    error.uri = explaining.address(error)
    return answer(redirect_uri, dict(error.get_body()), state)
