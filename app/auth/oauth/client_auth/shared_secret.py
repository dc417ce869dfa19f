"""``client_secret_basic`` and ``client_secret_post`` (RFC 6749 §2.3.1), on digests."""

import base64
import binascii
from urllib.parse import unquote_plus

from app.auth.clients import registry


def basic(request):
    """Return the client whose id and secret the Basic header proves, else None.

    Both are form-encoded before they are joined (RFC 6749 §2.3.1); a raw one is not taken. A
    ``client_id`` in the body must be the same (row 91 of the certified behaviours).
    """
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    client_id, colon, secret = pair.partition(":")
    if not colon or ":" in secret or not pair.isprintable():
        return None
    client_id = unquote_plus(client_id)
    if request.form.get("client_id", client_id) != client_id:
        return None
    return _proved(client_id, unquote_plus(secret))


def post(request):
    """Return the client whose id and secret the body proves, else None."""
    client_id, secret = request.form.get("client_id"), request.form.get("client_secret")
    return _proved(client_id, secret) if client_id and secret else None


def _proved(client_id, secret):
    client = registry.find(client_id)
    return client if client and client.check_client_secret(secret) else None
