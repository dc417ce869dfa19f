"""Switch an application off, and end everything it holds."""

from app.auth.audit import events
from app.auth.clients import registration
from app.auth.tokens import ending


def now(client_id, *, by=events.OPERATOR):
    """Disable the client; its tokens, and those people granted it, end with it.

    Raises NotFound: when there is no such client.
    """
    registration.disable(client_id, by=by)
    ending.client(client_id, "client disabled")
