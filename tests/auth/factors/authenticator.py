"""An authenticator of software: makes passkeys and shows them, rightly or not (WebAuthn)."""

import base64
import hashlib
import json
import os
import struct

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN, RP_ID = "http://localhost:3000", "localhost"
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def encoded(raw):
    """Return ``raw`` as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Authenticator:
    """One key. What is wrong is said in each call: ``origin``, ``rp_id``, ``kind``, ``flags``…"""

    def __init__(self, aaguid=bytes(16), synced=False):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.aaguid, self.count = os.urandom(16), aaguid, 0
        self.handle = None
        self.flags = PRESENT | VERIFIED | (ELIGIBLE | BACKED_UP if synced else 0)

    def create(self, options, *, alg=-7, flags=None, rp_id=RP_ID, **client):
        """Answer a request to make a passkey; return the JSON a browser would send."""
        asked = json.loads(options)
        self.handle = asked["user"]["id"]
        data = self._data(rp_id, (self.flags if flags is None else flags) | ATTESTED)
        data += self.aaguid + struct.pack(">H", len(self.id)) + self.id + self._public(alg)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = self._client(asked, client, "webauthn.create")
        response = {"clientDataJSON": encoded(told), "attestationObject": encoded(attestation)}
        return self._answer(response | {"transports": ["internal"]})

    def show(self, options, *, count=None, flags=None, rp_id=RP_ID, handle="own", **client):
        """Answer a request to show it; return the JSON a browser would send."""
        asked = json.loads(options)
        self.count = self.count if count is None else count
        data = self._data(rp_id, self.flags if flags is None else flags)
        told = self._client(asked, client, "webauthn.get")
        signed = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": encoded(told), "authenticatorData": encoded(data)}
        response |= {"signature": encoded(signed)}
        response["userHandle"] = self.handle if handle == "own" else handle
        return self._answer(response)

    def _data(self, rp_id, flags):
        hashed = hashlib.sha256(rp_id.encode()).digest()
        return hashed + struct.pack(">BI", flags, self.count)

    def _client(self, asked, given, kind):
        told = {"type": kind, "challenge": asked["challenge"], "origin": ORIGIN}
        return json.dumps(told | {"crossOrigin": False} | given).encode()

    def _public(self, alg):
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: alg, -1: 1, -2: x, -3: y})

    def _answer(self, response):
        named = {"id": encoded(self.id), "rawId": encoded(self.id), "type": "public-key"}
        return json.dumps(named | {"response": response, "clientExtensionResults": {}})
