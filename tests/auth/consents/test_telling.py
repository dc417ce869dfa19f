"""Which claims of a person which scope opens."""

import pytest

from app.auth.consents import scopes, telling
from tests.support.marks import rfc

KNOWN = {
    "name": "Ana Souza",
    "birthdate": "1990-02-03",
    "email": "ana@example.com",
    "email_verified": True,
    "phone_number": "+5511999990000",
    "address": {"country": "BR"},
    "sub": "what the column says",
}

OPENED = {
    "openid": set(),
    "openid profile": {"name", "birthdate"},
    "openid email": {"email", "email_verified"},
    "openid phone": {"phone_number"},
    "openid address": {"address"},
    "openid wallet:read offline_access": set(),
    "openid unknown": set(),
}


@rfc("OIDC Core", "5.4")
@pytest.mark.parametrize("granted", OPENED)
def test_a_scope_opens_its_claims_alone(granted):
    told = telling.for_userinfo(KNOWN, granted.split(), "the sub this client sees")

    assert told.pop("sub") == "the sub this client sees"
    assert set(told) == OPENED[granted]


def test_what_is_not_known_is_left_out():
    assert telling.for_userinfo({}, ["openid", "profile", "email"], "s") == {"sub": "s"}


def test_no_claim_opens_without_a_scope():
    assert scopes.claims_of([]) == frozenset()
    assert "openid" in scopes.CATALOGUE
