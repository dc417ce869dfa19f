"""Switch an application off, and end everything it holds."""

from app.auth.clients import registration
from app.auth.tokens import ending


def now(client_id):
    """Disable the client; its tokens, and those people granted it, end with it.

    Raises NotFound: when there is no such client.
    """
    registration.disable(client_id)
    ending.client(client_id, "client disabled")
