"""The client is known, enabled, and named once (RFC 6749 §4.1.1)."""

from app.auth.clients import registry
from app.auth.oauth import errors


def check(asked):
    """Find the client, unless it has just proved itself.

    Raises UnknownClient: told to a person, since no address is sure yet.
    """
    if asked.client:
        return
    client_id = asked.get("client_id")
    known = client_id and "client_id" not in asked.repeated and registry.find(client_id)
    if not known or known.disabled:
        raise errors.UnknownClient
    asked.client = known
