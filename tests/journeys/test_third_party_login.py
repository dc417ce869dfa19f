"""An app that shares no code with the server signs a person in and calls the wallet.

The app is requests-oauthlib and PyJWT; the person fills in the hosted pages without JavaScript.
"""

import secrets
import time
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from tests.journeys.visitor import Visitor
from tests.support.marks import abuse, behaviour, mission, rfc

SCOPE = ["openid", "profile", "email", "offline_access", "wallet:read", "wallet:transfer"]
SOON = 9  # seconds: a wallet believes an answer for five; the machine is busy


@pytest.fixture
def metadata(live_server):
    """What the server says of itself."""
    return requests.get(live_server.url + "/.well-known/openid-configuration", timeout=5).json()


@pytest.fixture(autouse=True)
def _plain_http(monkeypatch):
    """oauthlib insists on TLS; this server is on loopback."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


class Journey:
    """One person, one browser and one app, up to the tokens."""

    def __init__(self, metadata, app, person, **more):
        self.metadata, self.app, self.person = metadata, app, person
        self.nonce = secrets.token_urlsafe(16)
        self.visitor = Visitor(app.redirect_uri)
        self.client = OAuth2Session(
            app.client_id, redirect_uri=app.redirect_uri, scope=SCOPE, pkce="S256"
        )
        self.credentials = HTTPBasicAuth(app.client_id, app.client_secret)
        url, _state = self.client.authorization_url(
            metadata["authorization_endpoint"], nonce=self.nonce, **more
        )
        self.page = self.visitor.sign_in(url, person)
        self.came_back = self.visitor.arrived

    def redeem(self):
        """Trade the code; requests-oauthlib checks the state and sends the verifier."""
        self.code = parse_qs(urlsplit(self.came_back).query)["code"][0]
        return self.client.fetch_token(
            self.metadata["token_endpoint"],
            authorization_response=self.came_back,
            auth=self.credentials,
        )

    def refresh(self, refresh_token):
        """Trade a refresh token and return the plain answer."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._post("token_endpoint", form)

    def replay(self):
        """Send the code once more."""
        form = {
            "grant_type": "authorization_code",
            "code": self.code,
            "redirect_uri": self.app.redirect_uri,
            "code_verifier": self.client._code_verifier,
        }
        return self._post("token_endpoint", form)

    def introspect(self, token):
        """What the server says of ``token`` now."""
        return self._post("introspection_endpoint", {"token": token}).json()

    def revoke(self, token):
        """End ``token``."""
        return self._post("revocation_endpoint", {"token": token})

    def verified(self, id_token):
        """The claims of an ID token, its signature checked by the published keys."""
        keys = jwt.PyJWKClient(self.metadata["jwks_uri"])
        return jwt.decode(
            id_token,
            keys.get_signing_key_from_jwt(id_token).key,
            algorithms=["RS256"],
            audience=self.app.client_id,
            issuer=self.metadata["issuer"],
            options={"require": ["iss", "sub", "aud", "exp", "iat", "auth_time"]},
        )

    def balance(self, access_token):
        """Ask the wallet."""
        return requests.get(
            self.metadata["issuer"] + "/wallet/me/balance",
            headers={"Authorization": "Bearer " + access_token},
            timeout=10,
        )

    def _post(self, endpoint, form):
        url = self.metadata[endpoint]
        return requests.post(url, data=form, auth=self.credentials, timeout=10)


@pytest.fixture
def journey(metadata, third_party, person):
    """Begin journeys: ``journey(prompt="consent")``."""

    def begin(**more):
        return Journey(metadata, third_party, person, **more)

    return begin


def wait_for_refusal(journey, access_token):
    """Ask the wallet until it refuses, which it does :data:`SOON`."""
    began = time.monotonic()
    while journey.balance(access_token).status_code == 200:
        assert time.monotonic() - began < SOON, "the wallet still takes the token"
        time.sleep(0.1)


@mission("S1", "S5", "S135")
@behaviour(53, 55, 107, 108, 109, 112, 113, 117, 119)
@rfc("6749", "4.1")
@rfc("9207", "2")
def test_a_person_signs_in_to_a_third_party_app(journey, third_party, person, metadata):
    here = journey()
    answer = parse_qs(urlsplit(here.came_back).query)
    assert answer["iss"] == [metadata["issuer"]]
    assert set(answer) == {"code", "state", "iss"}

    tokens = here.redeem()
    assert tokens["token_type"] == "Bearer"
    assert set(tokens["scope"]) == set(SCOPE)

    claims = here.verified(tokens["id_token"])
    assert claims["sub"] == person.sub
    assert claims["nonce"] == here.nonce
    assert claims["amr"] == ["pwd"]
    assert claims["sid"].startswith("ses_")
    assert {"email", "name"}.isdisjoint(claims)

    userinfo = here.client.get(metadata["userinfo_endpoint"])
    assert userinfo.json()["sub"] == person.sub
    assert userinfo.json()["email"] == person.email
    assert userinfo.json()["email_verified"] is True

    wallet = here.balance(tokens["access_token"])
    assert wallet.status_code == 200
    assert wallet.json()["userId"] == person.sub
    assert wallet.json()["currency"] == "BRL"

    told = here.introspect(tokens["access_token"])
    assert told["active"] is True
    assert (told["client_id"], told["sub"]) == (third_party.client_id, person.sub)


@behaviour(125)
def test_what_an_app_calls_answers_in_json_and_says_when(journey, metadata):
    here = journey()
    tokens = here.redeem()

    for answer in (
        here.balance(tokens["access_token"]),
        here.client.get(metadata["userinfo_endpoint"]),
    ):
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json()
        assert abs(parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()) < 60


@behaviour(102)
def test_a_refresh_brings_a_new_pair_about_the_same_sign_in(journey):
    here = journey()
    first = here.redeem()

    answer = here.refresh(first["refresh_token"])

    second = answer.json()
    assert answer.status_code == 200
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    before, after = here.verified(first["id_token"]), here.verified(second["id_token"])
    same = ("iss", "sub", "aud", "auth_time", "acr", "amr", "sid")
    assert [before[name] for name in same] == [after[name] for name in same]
    assert here.balance(second["access_token"]).status_code == 200


@rfc("9700", "4.14.2")
@abuse("M-01", "M-15")
def test_an_old_refresh_token_ends_everything_it_began(journey):
    here = journey()
    first = here.redeem()
    second = here.refresh(first["refresh_token"]).json()
    third = here.refresh(second["refresh_token"]).json()
    assert here.balance(third["access_token"]).status_code == 200

    reused = here.refresh(first["refresh_token"])

    assert (reused.status_code, reused.json()["error"]) == (400, "invalid_grant")
    for tokens in (first, second, third):
        assert here.introspect(tokens["access_token"]) == {"active": False}
        assert here.introspect(tokens["refresh_token"]) == {"active": False}
        assert here.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    wait_for_refusal(here, third["access_token"])


@behaviour(87)
@abuse("T-01", "M-15")
@rfc("6749", "4.1.2")
def test_a_code_used_twice_ends_everything_it_began(journey):
    here = journey()
    tokens = here.redeem()
    assert here.balance(tokens["access_token"]).status_code == 200

    replayed = here.replay()

    assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_grant")
    assert here.introspect(tokens["access_token"]) == {"active": False}
    assert here.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    wait_for_refusal(here, tokens["access_token"])


@rfc("7009", "2.1")
def test_a_revoked_refresh_token_takes_its_access_tokens_along(journey):
    here = journey()
    tokens = here.redeem()

    assert here.revoke(tokens["refresh_token"]).status_code == 200

    assert here.introspect(tokens["access_token"]) == {"active": False}
    assert here.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    wait_for_refusal(here, tokens["access_token"])


@rfc("7009", "2.1")
def test_a_revoked_access_token_leaves_the_grant_alone(journey):
    here = journey()
    tokens = here.redeem()

    assert here.revoke(tokens["access_token"]).status_code == 200

    assert here.introspect(tokens["access_token"]) == {"active": False}
    assert here.refresh(tokens["refresh_token"]).status_code == 200


@behaviour(39)
@mission("S2")
def test_who_has_signed_in_and_consented_is_not_asked_again(journey, metadata):
    here = journey()
    first = here.verified(here.redeem()["id_token"])

    url, _ = here.client.authorization_url(metadata["authorization_endpoint"], prompt="none")
    here.visitor.go(url)
    here.came_back = here.visitor.arrived
    second = here.verified(here.redeem()["id_token"])

    assert (second["sub"], second["auth_time"]) == (first["sub"], first["auth_time"])


@abuse("X-05")
@behaviour(143, 145)
def test_signing_out_at_the_server_leads_back_to_the_app_and_ends_the_session(journey, metadata):
    here = journey()
    tokens = here.redeem()
    here.visitor.app = "http://localhost:9/"

    asked = {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": "http://localhost:9/",
        "state": "da volta",
    }
    here.visitor.go(metadata["end_session_endpoint"], params=asked)

    assert here.visitor.arrived == "http://localhost:9/?state=da+volta"
    assert here.introspect(tokens["access_token"]) == {"active": False}
    # offline_access was granted: it outlives the browser session, by the person's consent
    assert here.refresh(tokens["refresh_token"]).status_code == 200
    url, _ = here.client.authorization_url(metadata["authorization_endpoint"], prompt="none")
    here.visitor.go(url)
    assert parse_qs(urlsplit(here.visitor.arrived).query)["error"] == ["login_required"]


def test_without_offline_access_the_refresh_token_ends_with_the_session(
    metadata, third_party, person, monkeypatch
):
    monkeypatch.setattr(f"{__name__}.SCOPE", ["openid", "wallet:read"])
    here = Journey(metadata, third_party, person)
    tokens = here.redeem()
    here.visitor.app = "http://localhost:9/"

    here.visitor.go(metadata["end_session_endpoint"], params={"id_token_hint": tokens["id_token"]})

    assert here.introspect(tokens["access_token"]) == {"active": False}
    assert here.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
