"""The scope: known, and the client's to ask (RFC 6749 §3.3)."""

from app.auth.consents import scopes
from app.auth.oauth import errors


def granted(client, text):
    """Return the scope names of ``text`` that this server knows, in the catalogue's order.

    A name nobody knows is passed over (OIDC Core §3.1.2.1); one that is not this client's is an
    error, and so is nothing left. Raises InvalidScope.
    """
    asked = set(text.split())
    known = tuple(name for name in scopes.CATALOGUE if name in asked)
    if not known or not set(known) <= set(client.scope):
        raise errors.InvalidScope
    return known


def check(asked):
    """Settle the scope; left out, it is all the client is registered for. Raises InvalidScope."""
    text = asked.get("scope") or " ".join(asked.client.scope)
    asked.checked["scope"] = granted(asked.client, text)
