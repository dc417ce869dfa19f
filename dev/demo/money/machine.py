"""A cash machine of our own: a client that signs for itself (RFC 7523) and pays vouchers out."""

import secrets
import time
from typing import NamedTuple

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import current_app

from dev.demo import record
from dev.demo.relying_party import Declined

GRANT = "client_credentials"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE_SECONDS = 60
KEY_ID = "machine"


class Named(NamedTuple):
    """Who the machine is: its client, its private key (PEM), and its terminal at the bank."""

    client_id: str
    key: str
    terminal: str


class Machine:
    """One terminal. It keeps no money and no secret but its key."""

    def __init__(self, client, http, bank, named):
        self._client, self._http, self._bank, self.named = client, http, bank, named

    def validate(self, voucher, key):
        """Ask whether ``voucher`` (digits, or what the QR code says) may be paid out.

        key: an ``Idempotency-Key``: where the answer is lost, the same one is got again by it.
        """
        return self._post("/atm/validate-token", "atm.ask", key, token=voucher)

    def report(self, dispense_id, outcome):
        """Tell the bank what became of the cash: ``dispensed`` or ``failed``."""
        return self._post("/atm/dispense", "atm.tell", dispenseId=dispense_id, outcome=outcome)

    def _post(self, path, caption, key=None, **told):
        shown = {"Authorization": "Bearer " + self._token()}
        shown |= {"Idempotency-Key": key} if key else {}
        record.caption(caption)
        told["terminalId"] = self.named.terminal
        return self._http.post(self._bank + path, json=told, headers=shown)

    def _token(self):
        """Return a token of the machine's own, by an assertion that is good once."""
        record.caption("atm.token_asked")
        now, who = int(time.time()), self.named.client_id
        claims = {"iss": who, "sub": who, "aud": self._client.issuer, "iat": now}
        claims |= {"exp": now + LIFE_SECONDS, "jti": secrets.token_urlsafe(16)}
        signed = jwt.encode(claims, self.named.key, "ES256", headers={"kid": KEY_ID})
        form = {"grant_type": GRANT, "client_assertion_type": ASSERTION}
        answer = self._http.post(
            self._client.metadata["token_endpoint"], data=form | {"client_assertion": signed}
        )
        if not answer.is_success:
            raise Declined(answer.json().get("error", ""))
        return answer.json()["access_token"]


def published(key):
    """Return the key set (RFC 7517) that belongs to the private ``key`` (PEM), to be registered."""
    public = load_pem_private_key(key.encode(), None).public_key()
    told = jwt.get_algorithm_by_name("ES256").to_jwk(public, as_dict=True)
    return {"keys": [told | {"kid": KEY_ID, "use": "sig", "alg": "ES256"}]}


def machine():
    """Return this app's :class:`Machine`, or None where there is none."""
    return current_app.extensions["machine"]
