"""A push service and a browser that subscribed there, on code that shares none with ours.

    service = PushService(listener)
    browser = service.subscribe()
    server = create_house("auth", **service.settings)
    ...
    assert service.pushed(browser)[0].told["title"] == "…"

It verifies who sends (PyJWT) and reads what is sent as the browser would (http_ece).
"""

import base64
import json
from typing import NamedTuple

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from app.foundation import ids

CONTACT = "mailto:operador@banco.example"


def vapid_key():
    """Return a private key for the setting, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def written(value):
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class Browser:
    """A browser that asked its service for an address."""

    def __init__(self, endpoint):
        self.pair, self.secret = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"
        point = self.pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.address = {
            "endpoint": endpoint,
            "p256dh": written(point),
            "auth": written(self.secret),
        }


class Pushed(NamedTuple):
    """A message that came: what the service saw, who sent it, what the browser reads."""

    headers: dict
    sender: dict  # the claims of the token, verified
    told: dict
    size: int


class PushService:
    """Push messages come to ``listener`` (tests.support.listener)."""

    def __init__(self, listener):
        self._listener = listener

    @property
    def settings(self):
        """The settings with which a house may push there."""
        ours = {"PUSH_VAPID_PRIVATE_KEY": vapid_key(), "PUSH_CONTACT": CONTACT}
        return self._listener.settings | ours

    def subscribe(self, **answer):
        """Return a new :class:`Browser`; messages to it are answered 201, or as ``answer`` says."""
        path = f"/push/{ids.secret()}"
        return Browser(self._listener.answer(path, **({"status": 201} | answer)))

    def answer(self, browser, **answer):
        """From now on answer so."""
        self._listener.answer(self._path(browser), **answer)

    def requests(self, browser):
        """Return the requests that came for ``browser``."""
        return [each for each in self._listener.requests if each.path == self._path(browser)]

    def pushed(self, browser):
        """Return each :class:`Pushed` that came for ``browser``."""
        return [self._read(browser, asked) for asked in self.requests(browser)]

    def _read(self, browser, asked):
        scheme, _, rest = asked.headers["authorization"].partition(" ")
        given = dict(part.strip().split("=", 1) for part in rest.split(","))
        point = base64.urlsafe_b64decode(given["k"] + "=")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        origin = self._listener.url("")
        sender = jwt.decode(given["t"], key, algorithms=["ES256"], audience=origin)
        clear = http_ece.decrypt(asked.body, private_key=browser.pair, auth_secret=browser.secret)
        assert (scheme, asked.method) == ("vapid", "POST")
        return Pushed(asked.headers, sender, json.loads(clear), len(asked.body))

    def _path(self, browser):
        return browser.address["endpoint"].removeprefix(self._listener.url(""))
