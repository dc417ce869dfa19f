"""``JWT_PRIVATE_KEY``: an RSA key from outside becomes the first of the ring (document 004)."""

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from sqlalchemy import select

from app.auth.database import db
from app.auth.keys import jose, ring, rotation
from app.auth.keys.models import SigningKey
from app.foundation.database import kept
from tests.auth.keys.conftest import pem_of
from tests.support.marks import abuse, asvs, mission


@pytest.fixture
def database_kind():
    """How a setting reads has nothing to do with the database."""
    return "sqlite"


def ensure(pem):
    with kept(db):
        rotation.ensure(pem)


def active():
    rows = select(SigningKey).where(SigningKey.state == "active", SigningKey.alg == "RS256")
    return db.session.scalars(rows).one()


def written(pem, folder):
    file = folder / "key.pem"
    file.write_text(pem)
    return str(file)


WAYS = {
    "PEM": lambda pem, _: pem,
    "escaped PEM": lambda pem, _: pem.replace("\n", "\\n"),
    "a path": written,
}


@mission("S123")
@pytest.mark.parametrize("way", WAYS)
def test_an_rsa_key_is_imported_as_the_first_of_the_ring(bare_context, rsa_pem, tmp_path, way):
    ensure(WAYS[way](rsa_pem, tmp_path))

    brought = jose.import_key("RS256", rsa_pem.encode())
    assert active().kid == brought.thumbprint()
    token = ring.sign({"sub": "ana"}, alg="RS256", typ="JWT")
    assert ring.verify(token, typ="JWT") == {"sub": "ana"}
    _header, message, signature = jose.split(token)
    assert jose.Verifier("RS256", brought).holds(message, signature)


@mission("S123")
def test_an_old_pem_heading_is_read_too(bare_context):
    key = rsa.generate_private_key(65537, 2048)
    form = serialization.PrivateFormat.TraditionalOpenSSL
    clear = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, form, clear).decode()
    assert "BEGIN RSA PRIVATE KEY" in pem

    ensure(pem)

    assert json.loads(active().public_jwk)["kty"] == "RSA"


@mission("S123")
def test_a_key_is_imported_only_where_there_is_none(bare_context, rsa_pem):
    ensure("")
    kid = active().kid

    ensure(rsa_pem)

    assert active().kid == kid


@mission("S123")
def test_the_imported_key_turns_over_like_any_other(bare_context, rsa_pem):
    ensure(rsa_pem)
    kid = active().kid

    with kept(db):
        rotation.rotate("RS256")

    assert db.session.get(SigningKey, kid).state == "retired"
    assert active().kid != kid


def public_alone():
    key = rsa.generate_private_key(65537, 2048).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


WRONG = {
    "weak": lambda: pem_of(rsa.generate_private_key(65537, 1024)),  # noqa: S505 (weak on purpose)
    "a curve": lambda: pem_of(ec.generate_private_key(ec.SECP256R1())),
    "an Edwards curve": lambda: pem_of(ed25519.Ed25519PrivateKey.generate()),
    "public": public_alone,
    "locked": lambda: pem_of(
        rsa.generate_private_key(65537, 2048), serialization.BestAvailableEncryption(b"x")
    ),
    "broken": lambda: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    "no file": lambda: "/nowhere/key.pem",
    "a folder": lambda: "/tmp",
    "not a path": lambda: "key\x00.pem",
    "far too long for a path": lambda: "k" * 5000,
}


@asvs("11.2.3")
@mission("S123")
@abuse("J-13")
@pytest.mark.filterwarnings("ignore:Key size")
def test_a_weak_or_wrong_key_is_refused_and_not_quoted(bare_context):
    for case, make in WRONG.items():
        pem = make()

        with pytest.raises(rotation.WrongKey) as refusal:
            ensure(pem)

        assert "2048" in refusal.value.description, case
        assert pem not in repr(refusal.value) + str(refusal.value.detail)
        assert db.session.scalars(select(SigningKey)).all() == []
