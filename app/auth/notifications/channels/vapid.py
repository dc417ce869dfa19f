"""Who we are to push services: a token signed by our own key (RFC 8292).

A browser subscribes by our public key, and its service takes messages from its holder alone.
"""

import base64
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from flask import current_app
from joserfc import jwt
from joserfc.jwk import ECKey

from app.foundation import clock

TOKEN_SECONDS = 3600  # RFC 8292 §2 allows a day


def authorization(endpoint):
    """Return the ``Authorization`` header for a message to ``endpoint`` (RFC 8292 §3)."""
    pem = current_app.config["PUSH_VAPID_PRIVATE_KEY"]
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": clock.seconds() + TOKEN_SECONDS,
        "sub": current_app.config["PUSH_CONTACT"],
    }
    token = jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, _signing(pem), algorithms=["ES256"])
    return f"vapid t={token}, k={public_key()}"


def public_key():
    """Return the public key as browsers are told it: a point, base64url (RFC 8292 §3.2)."""
    return _public(current_app.config["PUSH_VAPID_PRIVATE_KEY"])


@lru_cache(maxsize=4)
def _signing(pem):
    return ECKey.import_key(pem)


@lru_cache(maxsize=4)
def _public(pem):
    key = load_pem_private_key(pem.encode(), None).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
