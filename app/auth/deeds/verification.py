"""Is what proves an answer to a deed whole? The same questions that the auditor's program asks.

Asked of the document as anybody gets it (:mod:`app.auth.deeds.evidence`); nothing else is read.
"""

import base64
import hashlib
import json
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.errors import JoseError

from app.auth.keys import jose
from app.foundation import canonical, digests

PRESENT, VERIFIED = 1, 4  # flags of authenticator data (WebAuthn Level 3 §6.1)


class Check(NamedTuple):
    """One question. name: a message's; holds: None where nothing can be said from here."""

    name: str
    holds: bool | None


def checks(document):
    """Return each :class:`Check` of ``document`` (dict), in the order an auditor makes them."""
    text = document["canonical_deed"]
    deed = json.loads(text)
    found = [
        Check("form", canonical.json(deed).decode() == text),
        Check("digest", _digest(text.encode()) == document["digest"]),
        Check("bank", _signed(document["deed"], document["bank_keys"], text)),
        Check("parties", all(deed.get(name) == document[name] for name in ("sub", "client_id"))),
        Check("server", _signed(document["statement"], document["issuer_keys"])),
    ]
    if document["passkey"]:
        found += [
            Check("asked", _asked_for(document["passkey"], document["digest"])),
            Check("passkey", _by_passkey(document["passkey"])),
        ]
    elif document["code"]:
        found.append(Check("code", None))
    return found


def _signed(jws, keys, text=None):
    """Did one of ``keys`` sign ``jws``, and that to the letter? None: the key is not there."""
    header, message, signature = jose.split(jws)
    named = [key for key in keys["keys"] if key.get("kid") == header.get("kid")]
    if not named:
        return None
    if not _holds(header["alg"], named[0], message, signature):
        return False
    said = jose.unb64(message.partition(b".")[2].decode())
    return text is None or canonical.json(json.loads(said)).decode() == text


def _asked_for(proof, digest):
    """Did a browser at the origin ask for this digest?"""
    said = json.loads(_raw(proof["client_data"]))
    wanted = {"type": "webauthn.get", "challenge": digest, "origin": proof["origin"]}
    return said.items() >= wanted.items() and not said.get("crossOrigin")


def _by_passkey(proof):
    """Did the passkey sign that, at the right place, the person present and verified?"""
    data, client_data = _raw(proof["authenticator_data"]), _raw(proof["client_data"])
    at_home = digests.same(data[:32], hashlib.sha256(proof["rp_id"].encode()).digest())
    there = len(data) >= 37 and data[32] & PRESENT and data[32] & VERIFIED
    key, signature = proof["public_key"], _raw(proof["signature"])
    if key["alg"] == "ES256":
        numbers = decode_dss_signature(signature)
        signature = b"".join(number.to_bytes(32, "big") for number in numbers)
    message = data + hashlib.sha256(client_data).digest()
    return bool(at_home and there and _holds(key["alg"], key, message, signature))


def _holds(alg, jwk, message, signature):
    try:
        return jose.Verifier(alg, jose.import_key(alg, jwk)).holds(message, signature)
    except (KeyError, ValueError, JoseError):
        return False


def _digest(raw):
    return jose.b64(hashlib.sha256(raw).digest()).decode()


def _raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
