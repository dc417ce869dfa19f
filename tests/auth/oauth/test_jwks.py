"""The public keys, and nothing but public (RFC 7517)."""

import base64
import json

import pytest
from sqlalchemy import text

from app.auth.database import db
from tests.support import factories, steps
from tests.support.marks import abuse, behaviour, mission, rfc

MEMBERS = {
    "EC": {"kty", "kid", "alg", "use", "crv", "x", "y"},
    "RSA": {"kty", "kid", "alg", "use", "n", "e"},
    "OKP": {"kty", "kid", "alg", "use", "crv", "x"},
}
CURVES = {"EC": "P-256", "OKP": "Ed25519"}


@pytest.fixture
def server(create_house):
    """A server of one's own, whose keys may be turned over."""
    server = create_house("auth")
    factories.keys(server)
    return server


def published(server):
    """The published keys, by kid."""
    answer = server.test_client().get("/oauth/jwks")
    assert answer.status_code == 200
    keys = answer.json["keys"]
    by_kid = {key["kid"]: key for key in keys}
    assert len(by_kid) == len(keys)
    return by_kid


@mission("S133")
@behaviour(23, 24)
@abuse("J-13")
@rfc("7517", "9.2")
def test_keys_have_names_and_no_private_part(server):
    keys = published(server)

    assert {key["alg"] for key in keys.values()} == {"ES256", "RS256", "PS256", "EdDSA"}
    assert len({key["n"] for key in keys.values() if key["kty"] == "RSA"}) == 4  # none for two
    for key in keys.values():
        assert set(key) == MEMBERS[key["kty"]]
        assert key["use"] == "sig"
        if key["kty"] == "RSA":
            modulus = base64.urlsafe_b64decode(key["n"] + "==")
            assert len(modulus) * 8 >= 2048
        else:
            assert key["crv"] == CURVES[key["kty"]]


@behaviour(25)
def test_after_a_rotation_a_new_key_signs_and_the_old_one_is_still_there(server):
    before = published(server)

    activated = factories.rotate_keys(server)

    after = published(server)
    assert set(before) < set(after)
    assert set(activated) <= set(before)
    assert len(after) == len(before) + 4


@behaviour(25)
def test_a_retired_key_goes_once_nothing_it_signed_can_be_alive(held_clock, server):
    before = published(server)
    factories.rotate_keys(server)
    longest = max(server.config["ACCESS_TOKEN_SECONDS"], server.config["ID_TOKEN_SECONDS"])
    held_clock.shift(longest)
    assert set(before) <= set(published(server))

    held_clock.shift(server.config["SESSION_SECONDS"] + 2 * server.config["JWKS_MAX_AGE_SECONDS"])
    factories.keep_key_timetable(server)

    assert len(set(before) - set(published(server))) == 4


def test_a_withdrawn_key_verifies_nothing_at_once(server):
    browser, app, ana = server.test_client(), factories.app(server), factories.person(server)
    token = steps.tokens(browser, app, ana)["access_token"]

    factories.retire_key(server, steps.header_of(token)["kid"])
    server.extensions["verified_tokens"].clear()

    assert steps.header_of(token)["kid"] not in published(server)
    assert steps.userinfo(browser, token).status_code == 401


@abuse("J-13")
def test_private_parts_are_sealed_in_the_database(server):
    with server.app_context():
        rows = db.session.execute(text("SELECT public_jwk, private_sealed FROM signing_keys")).all()

    for public, sealed in rows:
        assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & set(json.loads(public))
        assert b'"d"' not in bytes(sealed)
