"""Access tokens: JWTs that any of our APIs can check, and nobody can forge (RFC 9068)."""

import jwt
import pytest

from app.auth.keys import jose
from tests.support import factories, forging, steps
from tests.support.marks import abuse, asvs, mission, rfc


@pytest.fixture
def token(browser, app, ana):
    """An access token of ours."""
    return steps.tokens(browser, app, ana)["access_token"]


@pytest.fixture
def jwk(browser, token):
    """The public key that ``token`` was signed by."""
    kid = steps.header_of(token)["kid"]
    return next(key for key in browser.get("/oauth/jwks").json["keys"] if key["kid"] == kid)


@mission("S29", "S32")
@rfc("9068", "2.2")
def test_an_access_token_carries_what_rfc_9068_asks(browser, app, ana, server):
    token = steps.tokens(browser, app, ana, scope="openid wallet:read")["access_token"]

    header, claims = steps.header_of(token), steps.claims_of(token)
    assert header["typ"] == "at+jwt"
    assert set(claims) == {
        *("iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope"),
        *("auth_time", "acr", "amr", "sid", "grant", "user_id"),
    }
    assert claims["iss"] == server.config["ISSUER"]
    assert claims["aud"] == server.config["BANK_AUDIENCE"]
    assert claims["sub"] == ana.sub
    assert claims["user_id"] == ana.id
    assert claims["client_id"] == app.client_id
    assert claims["exp"] - claims["iat"] == 900


@asvs("9.2.4")
@pytest.mark.parametrize(
    ("asked", "audience"),
    [
        ({"scope": "openid email"}, "ISSUER"),
        ({"scope": "openid wallet:read"}, "BANK"),
        ({"scope": "wallet:read", "resource": "BANK/wallet"}, "BANK/wallet"),
        ({"scope": "wallet:read", "resource": "BANK"}, "BANK"),
        ({"scope": "openid wallet:read", "resource": "ISSUER"}, "ISSUER"),
    ],
    ids=str,
)
@rfc("8707", "2")
def test_the_audience_is_the_resource_asked_for_or_what_the_scope_needs(
    browser, app, ana, server, asked, audience
):
    places = {"ISSUER": server.config["ISSUER"], "BANK": server.config["BANK_AUDIENCE"]}

    def placed(text):
        first, slash, rest = text.partition("/")
        return places[first] + slash + rest

    if "resource" in asked:
        asked = asked | {"resource": placed(asked["resource"])}
    answer = steps.tokens(browser, app, ana, **asked)

    claims = steps.claims_of(answer["access_token"])
    assert claims["aud"] == placed(audience)
    assert ("user_id" in claims) == audience.startswith("BANK")
    again = steps.refresh(browser, app, answer["refresh_token"]).json
    assert steps.claims_of(again["access_token"])["aud"] == placed(audience)


@rfc("8707", "2")
@pytest.mark.parametrize(
    "resource",
    ["https://evil.example/", "BANK/atm", "BANK/nowhere", "BANK/", "x", "BANK#f", "BANK/wallet#",
     "BANK?x=1", "/bank/wallet", "wallet", "BANK BANK/wallet", "ISSUER"],
)  # fmt: skip
def test_a_resource_that_cannot_be_served_is_told_to_the_client(browser, app, server, resource):
    bank, issuer = server.config["BANK_AUDIENCE"], server.config["ISSUER"]
    named = resource.replace("BANK", bank).replace("ISSUER", issuer)

    arrived = steps.arrival(steps.ask(browser, app, scope="wallet:read", resource=named))

    assert arrived.error == "invalid_target"


@pytest.mark.parametrize(
    ("described", "alg"), [(None, "ES256"), *((alg, alg) for alg in jose.ALGORITHMS)]
)
def test_it_is_signed_by_a_published_key_by_the_algorithm_of_the_client(
    browser, server, ana, described, alg
):
    more = {"access_token_signed_response_alg": described} if described else {}
    app = factories.app(server, **more)

    token = steps.tokens(browser, app, ana)["access_token"]

    assert steps.header_of(token)["alg"] == alg
    key = jwt.PyJWKSet(browser.get("/oauth/jwks").json["keys"])[steps.header_of(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=[alg], options={"verify_aud": False})
    assert claims["sub"] == ana.sub
    assert steps.userinfo(browser, token).status_code == 200


@abuse("J-01", "J-02", "J-03", "J-16", "M-08")
@rfc("8725", "3.1")
@pytest.mark.parametrize("alg", jose.ALGORITHMS)
def test_no_forged_token_opens_anything_and_all_are_refused_alike(browser, server, ana, alg):
    app = factories.app(server, access_token_signed_response_alg=alg)
    token = steps.tokens(browser, app, ana)["access_token"]
    kid = steps.header_of(token)["kid"]
    jwk = next(key for key in browser.get("/oauth/jwks").json["keys"] if key["kid"] == kid)
    assert steps.userinfo(browser, token).status_code == 200

    answers = {}
    for way, forged in forging.every_way(token, jwk).items():
        answer = steps.userinfo(browser, forged)
        assert answer.status_code == 401, way
        answers[answer.data, answer.headers["WWW-Authenticate"]] = way
        assert steps.introspect(browser, app, forged).json == {"active": False}, way

    assert len(answers) == 1


@asvs("9.2.2")
@abuse("J-09", "J-15")
@rfc("9068", "4")
@pytest.mark.parametrize(
    "typ", ["JWT", "logout+jwt", "at+JWT", "rt+jwt", None, "", "application/at+jwt"]
)
def test_our_own_signature_over_another_type_is_no_access_token(browser, app, token, server, typ):
    signed = factories.signed(server, steps.claims_of(token), typ=typ)

    assert steps.userinfo(browser, signed).status_code == 401
    assert steps.introspect(browser, app, signed).json == {"active": False}


@abuse("J-10")
@rfc("8725", "3.2")
def test_a_giant_token_is_refused_before_any_work(browser, app, token):
    head, body, signature = token.split(".")
    long = "A" * 60_000
    for giant in (
        f"{long}.{body}.{signature}",
        f"{head}.{long}.{signature}",
        f"{head}.{body}.{long}",
    ):
        assert steps.userinfo(browser, giant).status_code == 401
        assert steps.introspect(browser, app, giant).json == {"active": False}


@abuse("J-10")
def test_a_header_nested_a_thousand_deep_is_refused(browser, app, token):
    deep = forging.part(("[" * 5000).encode())

    assert steps.userinfo(browser, f"{deep}.{token.partition('.')[2]}").status_code == 401


@abuse("J-11")
def test_an_encrypted_token_is_refused_before_any_work(browser, app):
    for header in (
        {"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 10**9, "p2s": "AAAA"},
        {"alg": "dir", "enc": "A256GCM", "zip": "DEF"},
        {"alg": "RSA1_5", "enc": "A128CBC-HS256"},
    ):
        jwe = ".".join([forging.part(header), *(["AAAA"] * 4)])
        assert steps.userinfo(browser, jwe).status_code == 401
        assert steps.introspect(browser, app, jwe).json == {"active": False}


def test_tokens_signed_by_the_key_before_stay_good_after_a_rotation(create_house):
    server = create_house("auth")
    factories.keys(server)
    browser, app, ana = server.test_client(), factories.app(server), factories.person(server)
    before = steps.tokens(browser, app, ana)
    published = {key["kid"] for key in browser.get("/oauth/jwks").json["keys"]}

    factories.rotate_keys(server)

    after = steps.refresh(browser, app, before["refresh_token"]).json
    for name in ("access_token", "id_token"):
        kids = [steps.header_of(answer[name])["kid"] for answer in (before, after)]
        assert kids[0] != kids[1]
        assert kids[1] in published
    for answer in (before, after):
        assert steps.userinfo(browser, answer["access_token"]).status_code == 200
