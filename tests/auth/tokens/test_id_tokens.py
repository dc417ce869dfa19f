"""ID tokens: who signed in, when and how surely."""

import base64
import hashlib

import pytest

from app.auth.keys import jose, ring
from app.auth.tokens import id_tokens
from app.foundation import clock
from tests.auth import stage
from tests.support.marks import behaviour, rfc


@pytest.fixture
def database_kind():
    """What a token carries has nothing to do with the database."""
    return "sqlite"


@pytest.fixture
def minted(world):
    """Mint ID tokens: ``minted(nonce="n")`` returns the grant, the access and the ID token."""

    def mint(client=None, **asked):
        client = client or world.client
        grant, _ = stage.redeem(world.code(**asked), world.client)
        token = world.access_token(grant)
        return grant, token, id_tokens.mint(grant, client, token)

    return mint


@rfc("OIDC Core", "2")
def test_an_id_token_carries_the_sign_in_and_nothing_that_scopes_ask_for(world, minted):
    _grant, token, identity = minted(scope="openid profile email", nonce="n-0S6")

    header, message, _ = jose.split(identity)
    now = clock.seconds()
    assert (header["alg"], header["typ"]) == ("RS256", "JWT")
    assert jose.claims_of(message) == {
        "iss": "http://localhost:3000",
        "sub": world.user.sub,
        "aud": "shop",
        "exp": now + 3600,
        "iat": now,
        "auth_time": now,
        "acr": "urn:brasil:openbanking:loa2",
        "amr": ["pwd"],
        "nonce": "n-0S6",
        "sid": world.presence.session_id,
        "at_hash": id_tokens.half_hash(token, "RS256"),
    }


def test_without_nonce_or_session_there_is_none_in_it(world, minted):
    grant, token, identity = minted()

    assert "nonce" not in id_tokens.read(identity)
    alone = id_tokens.mint(grant._replace(session_id=None), world.client, token)
    assert "sid" not in id_tokens.read(alone)


DIGESTS = {"EdDSA": hashlib.sha512}  # RFC 8032 §5.1


@rfc("OIDC Core", "3.1.3.6")
@pytest.mark.parametrize("alg", jose.ALGORITHMS)
def test_the_hash_is_the_left_half_of_the_tokens_by_the_hash_of_the_algorithm(minted, alg):
    client = stage.app_named("hashing", id_token_signed_response_alg=alg)
    _grant, token, identity = minted(client=client)

    whole = DIGESTS.get(alg, hashlib.sha256)(token.encode()).digest()
    half = base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()
    assert id_tokens.read(identity)["at_hash"] == half


def test_the_algorithm_is_the_clients(world, minted):
    for alg in jose.ALGORITHMS:
        client = stage.app_named(f"by {alg}", id_token_signed_response_alg=alg)
        _grant, _token, identity = minted(client=client)

        assert jose.split(identity)[0]["alg"] == alg
        assert id_tokens.read(identity)["aud"] == client.client_id


@behaviour(43)
@rfc("OIDC Core", "3.1.2.1")
def test_an_expired_id_token_is_still_a_good_hint(held_clock, world, minted):
    identity = minted()[2]
    held_clock.shift(world.app.config["ID_TOKEN_SECONDS"] + 1)

    assert id_tokens.read(identity)["sub"] == world.user.sub


def test_what_we_signed_for_something_else_is_no_hint(minted):
    good = id_tokens.read(minted()[2])
    other = {"iss": "https://evil.example"}, {"aud": ["shop"]}, {"aud": None}, {"auth_time": None}
    for change in other:
        claims = {name: value for name, value in (good | change).items() if value is not None}
        assert id_tokens.read(ring.sign(claims, alg="RS256", typ="JWT")) is None


def test_what_we_did_not_sign_is_no_hint(world):
    for value in ("", "a.b.c", "é", "eyJhbGciOiJub25lIn0.e30."):
        assert id_tokens.read(value) is None
