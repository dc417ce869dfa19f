"""Access tokens (RFC 9068): what they carry, who reads them, what kills them."""

import pytest
from sqlalchemy import delete, insert, text

from app.auth.database import db
from app.auth.keys import jose, ring, rotation
from app.auth.keys.models import SigningKey
from app.auth.tokens import access, ending, id_tokens, owner
from app.auth.tokens.models import RevokedToken
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import stage
from tests.support.marks import abuse, rfc

on_one_database = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ISSUER = "http://localhost:3000"
BANK = f"{ISSUER}/bank"


def minted(world, scope="openid wallet:read", **more):
    """Return a grant and an access token under it."""
    code = world.code(scope, **more)
    grant, _ = stage.redeem(code, world.client)
    return grant, world.access_token(grant)


@on_one_database
@rfc("9068", "2.1")
@rfc("9068", "2.2")
def test_an_access_token_carries_what_the_profile_asks_for(world):
    grant, token = minted(world)

    header, message, _signature = jose.split(token)
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": header["kid"]}
    claims = jose.claims_of(message)
    now = clock.seconds()
    assert claims == {
        "iss": ISSUER,
        "sub": world.user.sub,
        "aud": BANK,
        "exp": now + 900,
        "iat": now,
        "jti": claims["jti"],
        "client_id": "shop",
        "scope": "openid wallet:read",
        "auth_time": now,
        "acr": "urn:brasil:openbanking:loa2",
        "amr": ["pwd"],
        "sid": world.presence.session_id,
        "grant": grant.grant_id,
        "user_id": world.user.id,
    }
    assert access.read(token) == claims


@on_one_database
def test_no_two_tokens_are_the_same(world):
    grant, _ = minted(world)

    names = {access.read(world.access_token(grant))["jti"] for _ in range(50)}

    assert len(names) == 50
    assert all(len(name) >= 22 for name in names)  # 128 bits


NAMED = [
    ("openid profile", {}, ISSUER, False),
    ("openid wallet:read", {}, BANK, True),
    ("reports:read", {}, BANK, True),
    ("wallet:read", {"audience": f"{BANK}/wallet"}, f"{BANK}/wallet", True),
]


@on_one_database
@rfc("8707", "2.2")
def test_the_audience_follows_the_scopes_unless_one_was_named(world):
    for scope, more, audience, for_bank in NAMED:
        claims = access.read(minted(world, scope, **more)[1])

        assert claims["aud"] == audience
        assert ("user_id" in claims) is for_bank


@on_one_database
@rfc("6749", "4.4")
def test_a_clients_own_token_speaks_of_no_person(world):
    token = access.for_client(world.client, "reports:read", BANK)

    claims = access.read(token)

    assert claims["sub"] == claims["client_id"] == "shop"
    assert not {"auth_time", "acr", "amr", "sid", "grant", "user_id"} & set(claims)
    assert access.is_live(claims)


@on_one_database
def test_a_token_without_scope_says_none(world):
    assert "scope" not in access.read(access.for_client(world.client, "", ISSUER))


@on_one_database
@rfc("9068", "4")
def test_a_token_is_read_until_it_expires(held_clock, world):
    _grant, token = minted(world)
    held_clock.shift(world.app.config["ACCESS_TOKEN_SECONDS"] - 1)
    assert access.read(token)

    held_clock.shift(1)

    assert access.read(token) is None


@on_one_database
@rfc("9068", "4")
@abuse("J-15")
def test_an_id_token_is_no_access_token(world):
    grant, token = minted(world)
    identity = id_tokens.mint(grant, world.client, token)

    assert access.read(identity) is None
    assert id_tokens.read(token) is None


@on_one_database
def test_what_is_no_token_is_read_as_none(world):
    for value in ("", "é.é.é", "a.b.c", "e30.e30.e30", "\x00", "x" * 20_000):
        assert access.read(value) is None


@on_one_database
def test_a_verified_token_is_remembered_and_a_bad_one_is_not(world, monkeypatch):
    _grant, token = minted(world)
    kept_tokens = world.app.extensions["verified_tokens"]
    access.read(token + "A")
    assert not kept_tokens

    claims = access.read(token)

    assert access.read(token) is claims
    assert token.encode() not in repr(kept_tokens).encode()
    ticks = clock.ticks()
    monkeypatch.setattr(clock, "ticks", lambda: ticks + world.app.config["CACHE_SECONDS"] + 1)
    assert access.read(token) == claims
    assert access.read(token) is not claims


@on_one_database
def test_what_is_remembered_does_not_grow_without_end(world, monkeypatch):
    monkeypatch.setattr(access, "REMEMBERED", 3)
    grant, _ = minted(world)

    for _ in range(8):
        access.read(world.access_token(grant))

    assert len(world.app.extensions["verified_tokens"]) <= 3


NAMES = {
    "the token": lambda claims: ending.token(claims["jti"], actor="shop"),
    "its grant": lambda claims: ending.grant(claims["grant"], _ENDED, actor="shop"),
    "its session": lambda claims: ending.session(claims["sid"], "signed_out"),
    "its client": lambda claims: ending.client(claims["client_id"], "disabled"),
}
_ENDED = "grant:tokens:ended"


@abuse("M-15")
@pytest.mark.parametrize("name", NAMES)
def test_a_token_dies_at_once_with_whatever_it_stands_on(world, name):
    _grant, token = minted(world)
    claims = access.read(token)
    assert access.is_live(claims)
    assert owner.of(claims).sub == world.user.sub

    with kept(db):
        NAMES[name](claims)

    assert not access.is_live(claims)
    assert owner.of(claims) is None


def test_one_indexed_look_up_answers_whether_a_token_lives(world, database_kind):
    plan = "EXPLAIN" if database_kind == "postgresql" else "EXPLAIN QUERY PLAN"
    with kept(db):
        db.session.execute(
            insert(RevokedToken),
            [{"name": f"jti:{n}", "expires_at": clock.now()} for n in range(3000)],
        )
        db.session.execute(text("ANALYZE revoked_tokens"))
    _grant, token = minted(world)
    asked = text(f"{plan} {access.ENDED.sql}")

    rows = db.session.execute(asked, access.names(access.read(token)))

    told = " ".join(str(part) for row in rows for part in row)
    assert "revoked_tokens" in told
    assert "Seq Scan" not in told
    assert "SCAN revoked" not in told


def test_tokens_signed_before_a_restart_are_read_after_it(world, create_house):
    _grant, token = minted(world)

    again = create_house("auth", url=world.app.config["AUTH_DATABASE_URL"])

    with again.app_context():
        assert access.read(token)["sub"] == world.user.sub
        assert ring.verify(token, typ="at+jwt")


def test_a_token_of_another_house_is_not_ours(world, create_house):
    _grant, token = minted(world)
    stranger = create_house("auth")

    with stranger.app_context():
        with kept(db):
            db.session.execute(delete(SigningKey))
            rotation.ensure()
        assert access.read(token) is None
