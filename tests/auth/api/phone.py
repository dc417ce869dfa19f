"""An old app on somebody's phone: it sends JSON, keeps no cookie, and asks again as it is told."""

import base64
import json
import secrets

from tests.support.factories import PASSWORD


class Phone:
    """One app at one place.

    agent: what it calls itself; address: where it calls from, else a network that nobody shares.
    """

    def __init__(self, server, agent="Coinpay/3.1 (iPhone; iOS 17.5)", address=None):
        self.server = server
        self.agent = agent
        self.address = address or ".".join(map(str, (10, *secrets.token_bytes(2), 7)))

    def call(self, method, path, body=None, token=None, **headers):
        """Send ``body`` as JSON; return the answer."""
        headers = {"User-Agent": self.agent} | headers
        if token:
            headers["Authorization"] = f"Bearer {token}"
        client = self.server.test_client(use_cookies=False)
        there = {"REMOTE_ADDR": self.address}
        return client.open(path, method=method, json=body, headers=headers, environ_base=there)

    def post(self, path, token=None, **members):
        """Send the members as a JSON object."""
        return self.call("POST", path, members, token)

    def sign_in(self, person, password=PASSWORD):
        """Sign in by document 001; return the answer."""
        return self.post("/auth", email=person.email, password=password)


def claims(token):
    """Return what a JWT says, unverified."""
    return _part(token, 1)


def header(token):
    """Return a JWT's header."""
    return _part(token, 0)


def _part(token, place):
    text = token.split(".")[place]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
