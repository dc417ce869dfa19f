"""Register a client and change it, whichever door asks (C-09).

What its description points to is fetched before anything is written, so that no transaction waits
for somebody else's server.
"""

from app.auth.audit import events
from app.auth.clients import credentials, registration


def register(given, *, scopes, client_id=None, client_secret=None, by=events.OPERATOR):
    """Register what ``given`` (RFC 7591 metadata, dict) describes; return the RFC 7591 answer.

    scopes: those it may ask for. Raises InvalidMetadata and its kind, Taken.
    """
    description = registration.described(given, scopes)
    return registration.add(description, by=by, client_id=client_id, client_secret=client_secret)


def register_itself(given, *, scopes, by):
    """Register a client that describes itself; the answer has its registration access token.

    Nobody of ours has looked at it: people are told so.
    """
    description = registration.described(given, scopes, own=True)
    answer = registration.add(description, by=by, verified=False)
    client = registration.get(answer["client_id"])
    return answer | {"registration_access_token": credentials.draw_registration_token(client)}


def change(client_id, given, *, scopes, by=events.OPERATOR, own=False, seen=None):
    """Replace a client's description by ``given``; return the answer (RFC 7592 §2.2).

    Raises NotFound, InvalidMetadata and its kind, ChangedMeanwhile; see `registration.change`.
    """
    description = registration.described(given, scopes, own=own)
    return registration.change(client_id, description, by=by, own=own, seen=seen)
