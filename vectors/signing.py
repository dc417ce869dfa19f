"""What signs the test vectors: fixed keys, and signatures that come out alike each time."""

import base64
import hashlib
import json
import warnings
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey, OKPKey, RSAKey

from app.foundation import canonical

KEYS = json.loads((Path(__file__).parent / "test_keys.json").read_text())
_KINDS = {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}
_PUBLIC = ("kty", "alg", "use", "kid", "crv", "x", "y", "n", "e")


def b64(raw):
    """Return ``raw`` as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sha256(text):
    """Return the SHA-256 of a text, in base64url."""
    return b64(hashlib.sha256(text.encode()).digest())


def text_of(value):
    """Return ``value`` in its canonical form, as text."""
    return canonical.json(value).decode()


def public(name, **more):
    """Return the public half (a JWK) of the key called ``name``."""
    return {member: KEYS[name][member] for member in _PUBLIC if member in KEYS[name]} | more


def signed(name, message):
    """Return the signature of ``message`` by the key called ``name``; ES256: in DER."""
    jwk = KEYS[name]
    with warnings.catch_warnings(action="ignore"):  # one is too short, on purpose
        key = _KINDS[jwk["kty"]].import_key(jwk).private_key
    if jwk["alg"] == "ES256":
        return key.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True))
    return key.sign(message) if jwk["alg"] == "EdDSA" else key.sign(
        message, padding.PKCS1v15(), SHA256()
    )  # fmt: skip


def jws(name, claims, **header):
    """Return ``claims`` as a compact JWS (ES256) by the key called ``name``."""
    head = {"alg": "ES256", "kid": KEYS[name].get("kid")} | header
    message = ".".join(b64(json.dumps(part).encode()) for part in (head, claims))
    halves = decode_dss_signature(signed(name, message.encode()))
    return f"{message}.{b64(b''.join(half.to_bytes(32) for half in halves))}"


def assertion(name, client, *, rp_id, flags=0x05, counted=7):
    """Return what a passkey answers (WebAuthn Level 3 §6.3.3) to ``client``, the client data."""
    raw = json.dumps(client, separators=(",", ":")).encode()
    data = hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + counted.to_bytes(4)
    return {
        "client_data": b64(raw),
        "authenticator_data": b64(data),
        "signature": b64(signed(name, data + hashlib.sha256(raw).digest())),
    }
