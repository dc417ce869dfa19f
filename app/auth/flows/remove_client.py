"""Remove an application for good, and end everything it holds."""

from app.auth.audit import events
from app.auth.clients import registration
from app.auth.tokens import ending


def now(client_id, *, by=events.OPERATOR):
    """Delete the client; its tokens, and those people granted it, end with it. Raises NotFound."""
    registration.held(client_id)
    ending.client(client_id, "client removed")
    registration.remove(client_id, by=by)
