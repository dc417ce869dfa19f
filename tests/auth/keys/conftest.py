"""The authorization server with its first keys and without, and an RSA key to import."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import delete

from app.auth.database import db
from app.auth.keys.models import SigningKey
from app.foundation.database import kept
from tests.auth import stage
from tests.support import pairs


@pytest.fixture(autouse=True)
def reused_pairs():
    """Keys are made of pairs drawn once for all tests."""
    with pairs.reused():
        yield


@pytest.fixture
def bare_app(auth_app):
    """The authorization server before its first keys; no context is open."""
    with auth_app.app_context(), kept(db):
        db.session.execute(delete(SigningKey))
    return auth_app


@pytest.fixture
def bare_context(bare_app):
    """The authorization server before its first keys, a context open."""
    with bare_app.app_context():
        yield bare_app


@pytest.fixture
def keys(auth_context):
    """The authorization server with its first keys, a context open."""
    stage.make_keys()
    return auth_context


@pytest.fixture
def keyed_app(auth_app):
    """The authorization server with its first keys; no context is open."""
    with auth_app.app_context():
        stage.make_keys()
    return auth_app


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
