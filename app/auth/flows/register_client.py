"""Register a client and change it, whichever door asks (C-09).

What its description points to is fetched before anything is written, so that no transaction waits
for somebody else's server.
"""

from app.auth.audit import events
from app.auth.clients import credentials, registration
from app.auth.clients.linked import logos, sectors
from app.auth.database import db
from app.foundation import database


def register(given, *, scopes, client_id=None, client_secret=None, by=events.OPERATOR):
    """Register what ``given`` (RFC 7591 metadata, dict) describes; return the RFC 7591 answer.

    scopes: those it may ask for. Raises InvalidMetadata and its kind, Taken.
    """
    prepared = prepare(given, scopes)
    return register_prepared(prepared, client_id=client_id, client_secret=client_secret, by=by)


def prepare(given, scopes, client_id=None):
    """Check what ``given`` describes and fetch what it links to, before anything is written.

    client_id: of a client that is there. Returns what :func:`register_prepared` and
    :func:`change_prepared` take. Raises InvalidMetadata and its kind.
    """
    description = registration.described(given, scopes)
    return description, _fetched(description, client_id)


def register_prepared(prepared, *, client_id=None, client_secret=None, by=events.OPERATOR):
    """Register what was prepared; return the RFC 7591 answer. Raises InvalidMetadata, Taken."""
    description, pictures = prepared
    answer = registration.add(description, by=by, client_id=client_id, client_secret=client_secret)
    logos.keep(answer["client_id"], description, pictures)
    return answer


def register_itself(given, *, scopes, admit):
    """Register a client that describes itself; the answer has its registration access token.

    Nobody of ours has looked at it: people are told so.

    admit: called when all is well, before anything is written; returns who lets the client in,
    for the record, or raises.
    """
    description = registration.described(given, scopes, own=True)
    pictures = _fetched(description)
    answer = registration.add(description, by=admit(), verified=False)
    logos.keep(answer["client_id"], description, pictures)
    client = registration.get(answer["client_id"])
    return answer | {"registration_access_token": credentials.draw_registration_token(client)}


def change(client_id, given, *, scopes, by=events.OPERATOR, seen=None):
    """Replace a client's description by ``given``; return the answer as `registration.change` does.

    Raises NotFound, InvalidMetadata and its kind, ChangedMeanwhile; see `registration.change`.
    """
    return change_prepared(client_id, prepare(given, scopes, client_id), by=by, seen=seen)


def change_prepared(client_id, prepared, *, by=events.OPERATOR, seen=None):
    """Replace a client's description by what was prepared; see :func:`change`."""
    description, pictures = prepared
    answer = registration.change(client_id, description, by=by, seen=seen)
    logos.keep(client_id, description, pictures)
    return answer


def change_itself(client_id, given, *, scopes, kept, admit):
    """Replace a client's description by its own ``given``; return the answer (RFC 7592 §2.2).

    The registration access token turns over: the one before ends.

    kept: the description so far (dict); admit: called when all is well, before anything is
    written; returns the client, held, or raises.

    Raises InvalidMetadata and its kind.
    """
    description = registration.described(given, scopes, own=True, kept=kept)
    pictures = _fetched(description, client_id)
    client = admit()
    answer = registration.change(client_id, description, by=client_id, own=True)
    logos.keep(client_id, description, pictures)
    return answer | {"registration_access_token": credentials.draw_registration_token(client)}


def _fetched(description, client_id=None):
    """Ask what the description links to; return the logos that came. Raises InvalidMetadata."""
    if sectors.MEMBER not in description and not logos.asked(description):
        return []
    database.let_go(db)
    sectors.check(description)
    return logos.fetch_new(description, client_id)
