"""A person in a session, an app, and keys to sign with."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from app.auth.tokens import access, codes, refresh
from tests.auth import persons, stage


@dataclass
class World:
    """Ana is here with her browser, and the app ``shop`` may ask her."""

    app: Any
    client: Any
    user: Any
    presence: Any
    held: list = field(default_factory=list)  # ids of grants the app holds

    def code(self, scope="openid wallet:read", **more):
        """Return a code for the app."""
        return codes.issue(self.presence, stage.asking(scope, self.client.client_id, **more))

    def granted(self, scope="openid wallet:read"):
        """Return a grant and its first refresh token, taken apart."""
        grant, value = stage.granted(self.presence, self.client, scope)
        return grant, value and refresh.parse(value)

    def rotate(self, token, client_id="shop"):
        """Turn ``token`` over; return its successor, taken apart, or None."""
        turned = stage.rotate(token, client_id)
        return turned and refresh.parse(turned[1])

    def access_token(self, grant):
        """Return an access token under ``grant``."""
        return access.for_grant(grant, self.client, grant.scope)


@pytest.fixture
def world(held_clock, auth_context):
    """Time stands still; a context is open."""
    stage.make_keys()
    client, user = stage.app_named(), persons.open_account(name="Ana Souza")
    return World(auth_context, client, user, stage.come_in(user))
