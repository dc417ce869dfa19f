"""What may be told of a document's tokens: the refresh ones are JWTs too (S50, C10, C22)."""

from flask import current_app

from app.auth.tokens import lookup, refresh
from app.auth.tokens.documents import envelopes

INACTIVE = {"active": False}


def introspect(value, client, *, subject=None):
    """Return the introspection answer (RFC 7662 §2.2) about ``value`` for ``client``.

    subject: whose it must be, where ``client`` asks for a person.
    """
    told = lookup.introspect(value, client)
    if not told["active"]:
        told = _refresh(value, client)
    return told if subject in {None, told.get("sub")} else INACTIVE


def _refresh(value, client):
    """A refresh token is told of to its own app, and to whom its access tokens are for."""
    found = envelopes.open(value)
    if found is None:
        return INACTIVE
    token, document = found
    current, grant = refresh.find(token), refresh.peek(token, document.client_id)
    if current is None or grant is None:
        return INACTIVE
    its_own = client.client_id == document.client_id
    if not (its_own or lookup.serves(client, grant.audience)):
        return INACTIVE
    return {
        "active": True,
        "scope": current.scope,
        "client_id": current.client_id,
        "sub": current.subject,
        "iss": current_app.config["ISSUER"],
        "aud": current_app.config["ISSUER"],
        "iat": int(current.rotated_at.timestamp()),
        "exp": int(current.expires_at.timestamp()),
    }
