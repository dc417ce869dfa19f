"""ID tokens: who signed in, when, how surely, for which client (OIDC Core §2)."""

import base64
import hashlib

import jwt
import pytest

from app.auth.keys import jose
from app.foundation import clock
from tests.support import factories, steps
from tests.support.marks import asvs, behaviour, rfc

KNOWN = {
    *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp"),
    *("at_hash", "c_hash", "s_hash", "sid"),
}


def verified(browser, token, alg):
    """The claims of ``token``, verified by the published keys."""
    keys = jwt.PyJWKSet(browser.get("/oauth/jwks").json["keys"])
    key = keys[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(token, key, algorithms=[alg], options={"verify_aud": False})


@behaviour(107, 112, 117)
@rfc("OIDC Core", "2")
def test_an_id_token_says_who_when_and_for_whom(browser, app, ana, server, held_clock):
    token = steps.tokens(browser, app, ana, nonce="n-0S6_WzA2Mj")["id_token"]

    claims = steps.claims_of(token)
    assert claims["iss"] == server.config["ISSUER"]
    assert claims["aud"] == app.client_id
    assert claims["sub"] == ana.sub
    assert claims["nonce"] == "n-0S6_WzA2Mj"
    assert claims["iat"] == claims["auth_time"] == clock.seconds()
    assert claims["exp"] == claims["iat"] + server.config["ID_TOKEN_SECONDS"]
    assert claims["amr"] == ["pwd"]
    assert claims["sid"].startswith("ses_")


@behaviour(108, 109)
@pytest.mark.parametrize(
    ("described", "alg"), [(None, "RS256"), *((alg, alg) for alg in jose.ALGORITHMS)]
)
def test_it_is_signed_by_a_published_key_by_the_algorithm_of_the_client(
    browser, server, ana, described, alg
):
    more = {"id_token_signed_response_alg": described} if described else {}
    app = factories.app(server, **more)

    token = steps.tokens(browser, app, ana)["id_token"]

    header = steps.header_of(token)
    assert set(header) == {"alg", "kid", "typ"}
    assert (header["alg"], header["typ"]) == (alg, "JWT")
    assert header["kid"] in {key["kid"] for key in browser.get("/oauth/jwks").json["keys"]}
    assert verified(browser, token, alg)["sub"] == ana.sub


@behaviour(111)
@rfc("OIDC Core", "3.1.3.6")
@pytest.mark.parametrize(
    ("alg", "digest", "half"),
    [
        *((alg, hashlib.sha256, 16) for alg in ("RS256", "ES256", "PS256")),
        ("EdDSA", hashlib.sha512, 32),  # Ed25519 hashes by SHA-512 (RFC 8032 §5.1)
    ],
)
def test_at_hash_is_that_of_the_access_token_beside_it(browser, server, ana, alg, digest, half):
    app = factories.app(server, id_token_signed_response_alg=alg)
    answer = steps.tokens(browser, app, ana)
    again = steps.refresh(browser, app, answer["refresh_token"]).json

    for tokens in (answer, again):
        whole = digest(tokens["access_token"].encode()).digest()
        expected = base64.urlsafe_b64encode(whole[:half]).rstrip(b"=").decode()
        assert steps.claims_of(tokens["id_token"])["at_hash"] == expected


@behaviour(113, 114)
def test_claims_that_scopes_open_go_to_userinfo_alone(browser, app, ana):
    answer = steps.tokens(browser, app, ana, scope="openid profile email phone address", nonce="n")

    assert set(steps.claims_of(answer["id_token"])) <= KNOWN


@asvs("10.3.3")
@behaviour(115)
def test_a_subject_is_the_same_at_every_sign_in_and_says_nothing(browser, app, ana, bia, server):
    subjects = [
        steps.claims_of(steps.tokens(visit, app, person)["id_token"])["sub"]
        for visit, person in (
            (browser, ana),
            (server.test_client(), ana),
            (server.test_client(), bia),
        )
    ]

    assert subjects[0] == subjects[1] != subjects[2]
    assert subjects[0].isascii()
    assert subjects[0].isprintable()
    assert len(subjects[0]) <= 255
    assert str(ana.id) != subjects[0]
    assert ana.email not in subjects[0]


@behaviour(110)
def test_no_client_can_be_registered_for_unsigned_id_tokens(server):
    with pytest.raises(Exception, match="id_token_signed_response_alg may only be"):
        factories.app(server, id_token_signed_response_alg="none")


@behaviour(112)
@pytest.mark.parametrize("nonce", ["n" * 2000, "açúcar 🐎", "a b&c=d%20", "0", '"\\'])
def test_a_nonce_comes_back_as_it_was(browser, app, ana, nonce):
    token = steps.tokens(browser, app, ana, nonce=nonce)["id_token"]

    assert steps.claims_of(token)["nonce"] == nonce


@pytest.mark.parametrize("nonce", ["n" * 2001, "a\r\nb", "\x85"])
def test_a_nonce_that_could_not_come_back_is_refused(browser, app, nonce):
    assert steps.arrival(steps.ask(browser, app, nonce=nonce)).error == "invalid_request"


@behaviour(107)
def test_two_clients_get_different_audiences_of_one_session(browser, app, other_app, ana):
    claims = [
        steps.claims_of(steps.tokens(browser, each, ana)["id_token"]) for each in (app, other_app)
    ]

    assert [each["aud"] for each in claims] == [app.client_id, other_app.client_id]
    assert claims[0]["sid"] == claims[1]["sid"]
    assert claims[0]["sub"] == claims[1]["sub"]
