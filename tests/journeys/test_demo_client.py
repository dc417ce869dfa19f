"""The demo's client side against an issuer that lies: what must not be believed is refused.

The issuer here is a forger with keys of its own, because the real one does not lie.
"""

import base64
import hashlib
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from dev.demo.relying_party import Declined, Refused, RelyingParty
from tests.support.marks import abuse, asvs, rfc

ISSUER = "https://issuer.example"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ACCESS_TOKEN = "access-token"


def _public(algorithm, key, kid):
    found = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
    return {**found, "kid": kid, "alg": algorithm, "use": "sig"}


def _at_hash(access_token):
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


class Forger:
    """An issuer that signs what it is told to."""

    def __init__(self):
        self.changes, self.header, self.key, self.algorithm = {}, {"kid": "one"}, RSA, "RS256"
        self.asked, self.metadata_issuer, self.status, self.refresh_claims = [], ISSUER, 200, {}

    def id_token(self, nonce):
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": "ana",
            "aud": "cofrinho",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "at_hash": _at_hash(ACCESS_TOKEN),
        }
        claims = {n: v for n, v in {**claims, **self.changes}.items() if v is not None}
        return jwt.encode(claims, self.key, self.algorithm, headers=self.header)

    def __call__(self, request):
        self.asked.append(request)
        match request.url.path:
            case "/.well-known/openid-configuration":
                names = ("authorization", "token", "userinfo", "introspection", "end_session")
                addresses = {f"{name}_endpoint": f"{ISSUER}/{name}" for name in names}
                addresses |= {"issuer": self.metadata_issuer, "jwks_uri": ISSUER + "/jwks"}
                return httpx.Response(200, json=addresses)
            case "/jwks":
                keys = [_public("RS256", RSA, "one"), _public("ES256", EC, "two")]
                keys.append({"kty": "AKP", "kid": "three", "alg": "ML-DSA-44", "pub": "AAAA"})
                return httpx.Response(200, json={"keys": keys})
            case "/userinfo":
                return httpx.Response(200, json={"sub": "bruno"})
        if self.status != 200:
            return httpx.Response(self.status, json={"error": "invalid_grant"})
        answer = {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "refresh_token": "r"}
        return httpx.Response(200, json={**answer, "id_token": self.id_token(self.nonce)})


@pytest.fixture
def forger():
    return Forger()


@pytest.fixture
def client(forger):
    http = httpx.Client(transport=httpx.MockTransport(forger))
    return RelyingParty(ISSUER, "cofrinho", "se:cret+é", "https://app.example/cb", http)


def sign_in(client, forger, **answer):
    pending = client.begin("openid")
    forger.nonce = pending.nonce
    return client.finish(pending, {"code": "c", "state": pending.state, "iss": ISSUER, **answer})


def test_a_right_answer_is_believed(client, forger):
    tokens = sign_in(client, forger)

    assert tokens.claims["sub"] == "ana"
    assert tokens.access_token == ACCESS_TOKEN


@asvs("10.1.2")
@rfc("7636", "4.3")
def test_the_verifier_stays_at_home_until_the_code_is_traded(client, forger):
    pending = client.begin("openid")

    asked = parse_qs(urlsplit(pending.url).query)
    challenge = hashlib.sha256(pending.verifier.encode()).digest()

    assert pending.verifier not in pending.url
    assert asked["code_challenge"] == [base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()]
    assert asked["code_challenge_method"] == ["S256"]


@rfc("6749", "2.3.1")
def test_the_secret_is_form_encoded_before_it_becomes_a_header(client, forger):
    sign_in(client, forger)

    [token_request] = [each for each in forger.asked if each.url.path == "/token"]
    scheme, _, value = token_request.headers["authorization"].partition(" ")

    assert scheme == "Basic"
    assert base64.b64decode(value) == b"cofrinho:se%3Acret%2B%C3%A9"


@asvs("10.5.1", "10.5.4")
@abuse("J-14")
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"at_hash": _at_hash("another")}, "at_hash"),
        ({"aud": "another-app"}, "Audience"),
        ({"aud": ["cofrinho", "another-app"]}, "azp"),
        ({"azp": "another-app"}, "another client"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"exp": int(time.time()) - 60}, "expired"),
        ({"exp": None}, "exp"),
        ({"sub": None}, "sub"),
    ],
)
def test_an_id_token_with_a_wrong_claim_is_refused(client, forger, changes, why):
    forger.changes = changes

    with pytest.raises(Refused, match=why):
        sign_in(client, forger)


@asvs("6.8.2")
@abuse("J-01", "J-02", "J-03")
@pytest.mark.parametrize(
    ("key", "algorithm", "header"),
    [
        (None, "none", {"kid": "one"}),
        ("the client knows this secret, and it is long enough", "HS256", {"kid": "one"}),
        (OTHER, "RS256", {"kid": "one"}),
        (OTHER, "RS256", {"kid": "one", "jwk": _public("RS256", OTHER, "one")}),
        (OTHER, "RS256", {"kid": "unheard-of"}),
        (OTHER, "RS256", {}),
        (RSA, "PS256", {"kid": "one"}),
        (EC, "ES256", {"kid": "one"}),
    ],
)
def test_an_id_token_with_a_wrong_signature_is_refused(client, forger, key, algorithm, header):
    forger.key, forger.algorithm, forger.header = key, algorithm, header

    with pytest.raises(Refused, match="ID token"):
        sign_in(client, forger)


def test_unknown_key_ids_do_not_make_us_fetch_the_keys_each_time(client, forger):
    forger.header = {"kid": "unheard-of"}

    for _ in range(5):
        with pytest.raises(Refused):
            sign_in(client, forger)

    assert len([each for each in forger.asked if each.url.path == "/jwks"]) == 1


@asvs("10.2.2")
@rfc("9207", "2.4")
@pytest.mark.parametrize("answer", [{"iss": "https://evil.example"}, {"iss": None}])
def test_an_answer_of_another_issuer_never_reaches_the_token_endpoint(client, forger, answer):
    with pytest.raises(Refused, match="iss"):
        sign_in(client, forger, **answer)

    assert all(each.url.path != "/token" for each in forger.asked)


@asvs("10.1.2", "10.2.1")
@rfc("6749", "10.12")
@pytest.mark.parametrize("state", ["", "another", "é"])
def test_an_answer_with_another_state_never_reaches_the_token_endpoint(client, forger, state):
    with pytest.raises(Refused, match="state"):
        sign_in(client, forger, state=state)

    assert all(each.url.path != "/token" for each in forger.asked)


@asvs("10.5.3")
@rfc("8414", "3.3")
def test_metadata_of_another_issuer_is_refused(client, forger):
    forger.metadata_issuer = "https://evil.example"

    with pytest.raises(Refused, match="metadata"):
        client.begin("openid")


def test_a_refusal_comes_with_the_servers_own_words(client, forger):
    with pytest.raises(Declined) as met:
        sign_in(client, forger, error="access_denied", error_description="no")

    assert (met.value.error, met.value.description) == ("access_denied", "no")


@asvs("10.5.2")
def test_a_refresh_that_brings_another_person_is_refused(client, forger):
    tokens = sign_in(client, forger)
    forger.changes = {"sub": "bruno", "nonce": None}

    with pytest.raises(Refused, match="another person"):
        client.refresh(tokens)


@asvs("10.5.2")
def test_userinfo_about_another_person_is_refused(client, forger):
    tokens = sign_in(client, forger)

    with pytest.raises(Refused, match="another person"):
        client.userinfo(tokens)


def test_no_secret_shows_when_a_client_or_its_tokens_are_printed(client, forger):
    tokens = sign_in(client, forger)

    assert ACCESS_TOKEN not in repr(tokens)
    assert "se:cret" not in repr(client)
