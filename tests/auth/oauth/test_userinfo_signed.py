"""Userinfo as a signed JWT, for the clients that are registered so (OIDC Core §5.3.2)."""

import json

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.support import factories, steps
from tests.support.marks import abuse, behaviour, rfc


def verified(browser, answer, alg):
    """What a signed ``answer`` tells, its signature checked by the published keys."""
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/jwt"
    keys = KeySet.import_key_set(browser.get("/oauth/jwks").json)
    return jwt.decode(answer.text, keys, algorithms=[alg]).claims


@behaviour(124)
@rfc("OIDC Core", "5.3.2")
@pytest.mark.parametrize("alg", ["RS256", "ES256"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_is_signed_by_the_algorithm_of_the_client(browser, server, ana, alg, method):
    app = factories.app(server, userinfo_signed_response_alg=alg)
    tokens = steps.tokens(browser, app, ana, scope="openid email", nonce="n-1")

    told = verified(browser, steps.userinfo(browser, tokens["access_token"], method), alg)

    assert told == {
        "iss": server.config["ISSUER"],
        "aud": app.client_id,
        "sub": steps.claims_of(tokens["id_token"])["sub"],
        "email": ana.email,
        "email_verified": False,
    }


def test_the_header_names_a_published_key(browser, server, ana):
    app = factories.app(server, userinfo_signed_response_alg="RS256")
    token = steps.tokens(browser, app, ana)["access_token"]

    header = steps.header_of(steps.userinfo(browser, token).text)

    assert header["kid"] in {key["kid"] for key in browser.get("/oauth/jwks").json["keys"]}
    assert (header["alg"], header["typ"]) == ("RS256", "JWT")


@behaviour(120, 124)
def test_claims_asked_for_by_name_are_in_it(browser, server, ana):
    app = factories.app(server, userinfo_signed_response_alg="ES256")
    claims = json.dumps({"userinfo": {"name": {"essential": True}, "gender": None}})
    token = steps.tokens(browser, app, ana, scope="openid", claims=claims)["access_token"]

    told = verified(browser, steps.userinfo(browser, token), "ES256")

    assert set(told) == {"iss", "aud", "sub", "name"}


def test_a_refusal_is_never_signed(browser, server):
    factories.app(server, userinfo_signed_response_alg="RS256")

    answer = steps.userinfo(browser, "x.y.z")

    assert answer.status_code == 401
    assert answer.mimetype == "application/json"


@abuse("X-03")
def test_it_does_not_pass_for_an_id_token(browser, server, ana):
    app = factories.app(server, userinfo_signed_response_alg="RS256")
    token = steps.tokens(browser, app, ana)["access_token"]
    signed = steps.userinfo(browser, token).text

    assert steps.userinfo(browser, signed).status_code == 401
    hinted = steps.arrival(steps.ask(browser, app, prompt="none", id_token_hint=signed))
    assert hinted.error == "invalid_request"


def test_without_a_key_to_sign_by_it_asks_to_come_back(create_house, held_clock):
    server = create_house("auth", CACHE_SECONDS=5)
    factories.keys(server)
    browser, ana = server.test_client(), factories.person(server)
    app = factories.app(server, userinfo_signed_response_alg="RS256")
    token = steps.tokens(browser, app, ana)["access_token"]
    assert steps.userinfo(browser, token).status_code == 200
    factories.lose_keys(server)

    assert steps.userinfo(browser, token).status_code == 503
