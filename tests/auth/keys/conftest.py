"""The authorization server with its first keys, and RSA keys to import."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.auth.database import db
from app.auth.keys import rotation
from app.foundation.database import kept


@pytest.fixture
def keys(auth_context):
    """The authorization server with its first keys, a context open."""
    with kept(db):
        rotation.ensure()
    return auth_context


def pem_of(key, encryption=None):
    """Return a private key as PEM."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        encryption or serialization.NoEncryption(),
    ).decode()


@pytest.fixture(scope="session")
def rsa_pem():
    """An RSA private key that somebody brings along."""
    return pem_of(rsa.generate_private_key(65537, 2048))
