"""Each profile of OpenID certification, played against a running server as the suite plays it.

The app registers itself, finds everything by the metadata, and signs the person in through the form
ids, with no script (Basic, Config, Form Post, Dynamic, third-party initiated, and the logouts).
"""

import secrets
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests

from tests.journeys.visitor import Visitor
from tests.support import houses, live
from tests.support.listener import Listener
from tests.support.marks import behaviour, rfc

SCOPE = "openid profile email address phone offline_access"
BACKCHANNEL = "http://schemas.openid.net/event/backchannel-logout"
KINDS = ("client_secret_basic", "client_secret_post")


@pytest.fixture(scope="module")
def apps_server(tmp_path_factory):
    """Where the app lives: its callback, its logout addresses, its sector document."""
    with Listener(tmp_path_factory.mktemp("rp")) as made:
        yield made


@pytest.fixture(scope="module")
def op(run_folder, databases, apps_server):
    """A running server, set as for certification: open registration, PKCE for public clients."""
    urls = {house: databases.new(house, "postgresql") for house in houses.SETTINGS}
    settings = {"REGISTRATION": "open", "PKCE_REQUIRED": "public"} | apps_server.settings
    made = live.LiveServer(run_folder, urls, **settings)
    made.start()
    yield made
    made.stop()
    for url in urls.values():
        databases.drop(url)


@pytest.fixture(scope="module")
def config(op):
    """What the server says of itself (Config OP)."""
    return requests.get(f"{op.url}/.well-known/openid-configuration", timeout=30).json()


@pytest.fixture(scope="module")
def person(op):
    """Somebody with an account, as ``(email, password)``."""
    who = f"{secrets.token_hex(6)}@example.com", "corredor azul de pedra 42"
    op.auth("people", "create", "--email", who[0], "--password", who[1], "--verified")
    return who


class RelyingParty:
    """An app that registered itself; every answer is checked by PyJWT and by hand."""

    def __init__(self, config, at, **described):
        self.config, self.at, self.path = config, at, f"/{secrets.token_hex(4)}"
        page = {"media_type": "text/html", "body": b"<!doctype html>"}
        self.callback = at.answer(f"{self.path}/callback", **page)
        told = {
            "client_name": "Conformidade",
            "redirect_uris": [self.callback],
            "post_logout_redirect_uris": [at.answer(f"{self.path}/bye", **page)],
            "frontchannel_logout_uri": at.answer(f"{self.path}/front", **page),
            "backchannel_logout_uri": at.answer(f"{self.path}/back"),
            "grant_types": ["authorization_code", "refresh_token"],
            "contacts": ["ops@example.com"],
        }
        answer = requests.post(config["registration_endpoint"], json=told | described, timeout=20)
        assert answer.status_code == 201, answer.text
        self.registered = answer.json()

    @property
    def client_id(self):
        """Its id."""
        return self.registered["client_id"]

    def address(self, **more):
        """Where it sends the browser."""
        asked = {"client_id": self.client_id, "response_type": "code", "scope": SCOPE}
        asked |= {"redirect_uri": self.callback, "state": "s" * 128, "nonce": "n" * 384}
        return f"{self.config['authorization_endpoint']}?{urlencode(asked | more)}"

    def sign_in(self, visitor, person, **more):
        """Send a person through the pages; return the answer that comes back (dict)."""
        page = visitor.go(self.address(**more))
        if page and page.name == "login":
            page = visitor.send(page, "login-form", username=person[0], password=person[1])
        if page and page.name == "consent":
            page = visitor.send(page, "consent-form")
        if page and page.name == "form-post":
            return page.forms["form-post"].fields
        return {name: v[0] for name, v in parse_qs(urlsplit(visitor.arrived).query).items()}

    def post(self, endpoint, **fields):
        """Post to an endpoint, authenticated as registered."""
        secret, more = self.registered["client_secret"], {}
        if self.registered["token_endpoint_auth_method"] == "client_secret_post":
            fields |= {"client_id": self.client_id, "client_secret": secret}
        else:
            more["auth"] = (self.client_id, secret)
        return requests.post(self.config[endpoint], data=fields, timeout=20, **more)

    def redeem(self, code):
        """Trade the code; return the token answer."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.callback}
        answer = self.post("token_endpoint", **fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def verified(self, token, **options):
        """The claims of a token signed with a key of the server's set."""
        keys = jwt.PyJWKClient(self.config["jwks_uri"])
        key = keys.get_signing_key_from_jwt(token)
        return jwt.decode(
            token, key.key, [key.algorithm_name], audience=self.client_id,
            issuer=self.config["issuer"], options=options,
        )  # fmt: skip

    def leave(self, visitor, id_token):
        """Sign out by the app's own request; return where the browser ended, or the page."""
        asked = {"id_token_hint": id_token, "state": "bye now"}
        asked["post_logout_redirect_uri"] = self.registered["post_logout_redirect_uris"][0]
        return visitor.go(f"{self.config['end_session_endpoint']}?{urlencode(asked)}")


@pytest.fixture
def party(config, apps_server):
    """Register apps dynamically: ``party(token_endpoint_auth_method=…)``."""
    return lambda **described: RelyingParty(config, apps_server, **described)


@pytest.mark.parametrize("method", KINDS)
@behaviour(1, 35, 93, 102, 107, 112, 119, 134)
@rfc("OIDC Core", "3.1")
def test_a_dynamic_client_signs_in_refreshes_and_asks_who_it_is(party, person, method):
    app = party(token_endpoint_auth_method=method)

    answer = app.sign_in(Visitor(app.callback), person)
    tokens = app.redeem(answer["code"])

    assert (answer["state"], answer["iss"]) == ("s" * 128, app.config["issuer"])
    claims = app.verified(tokens["id_token"])
    assert claims["nonce"] == "n" * 384
    turned = app.post(
        "token_endpoint", grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    ).json()
    again = app.verified(turned["id_token"])
    assert {n: again[n] for n in ("iss", "sub", "aud", "auth_time")} == {
        n: claims[n] for n in ("iss", "sub", "aud", "auth_time")
    }
    bearer = {"Authorization": f"Bearer {turned['access_token']}"}
    told = requests.get(app.config["userinfo_endpoint"], headers=bearer, timeout=30).json()
    assert (told["sub"], told["email"]) == (claims["sub"], person[0])


@behaviour(57, 58)
@rfc("OAuth Form Post", "2")
def test_the_form_post_profile_answers_by_a_form(party, person):
    app = party()

    answer = app.sign_in(Visitor(app.callback), person, response_mode="form_post")

    assert app.redeem(answer["code"])["token_type"] == "Bearer"
    refused = app.sign_in(Visitor(app.callback), person, response_mode="form_post", prompt="none")
    assert refused["error"] == "login_required"
    assert "code" not in refused


@behaviour(135, 136)
@rfc("7592", "2")
def test_a_dynamic_client_reads_itself_and_leaves(party):
    app = party(initiate_login_uri="https://localhost:9/start")
    place, token = (app.registered[f"registration_{n}"] for n in ("client_uri", "access_token"))
    bearer = {"Authorization": f"Bearer {token}"}

    told = requests.get(place, headers=bearer, timeout=30)
    gone = requests.delete(place, headers=bearer, timeout=30)

    assert (told.status_code, told.json()["client_id"]) == (200, app.client_id)
    assert gone.status_code == 204
    assert requests.get(place, headers=bearer, timeout=30).status_code == 401


@rfc("OIDC Core", "4")
@behaviour(138)
def test_a_sign_in_that_a_third_party_begins_leads_to_the_app(op, party, person):
    start = "https://localhost:9/start"
    app = party(initiate_login_uri=start)

    page = Visitor().go(f"{op.url}/start/{app.client_id}")

    assert f"{start}?iss=" in page.text
    refused = {"redirect_uris": [app.callback], "initiate_login_uri": "http://localhost:9/start"}
    answer = requests.post(app.config["registration_endpoint"], json=refused, timeout=30)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")


@behaviour(117, 143, 145, 149, 150)
@rfc("OIDC Back-Channel Logout", "2.4")
def test_leaving_one_app_is_heard_by_both_channels(party, person, apps_server):
    app, visitor = party(), None
    visitor = Visitor(app.callback.removesuffix("/callback"))
    tokens = app.redeem(app.sign_in(visitor, person)["code"])
    claims = app.verified(tokens["id_token"])

    page = app.leave(visitor, tokens["id_token"])

    heard = apps_server.asked(f"{app.path}/back").form  # before the page that leads on was shown
    told = app.verified(heard["logout_token"])
    assert list(heard) == ["logout_token"]
    assert (told["sub"], told["sid"]) == (claims["sub"], claims["sid"])
    assert told["events"] == {BACKCHANNEL: {}}
    assert "nonce" not in told
    frame = f"{app.registered['frontchannel_logout_uri']}?"
    assert frame in page.text.replace("&amp;", "&")
    assert f"sid={claims['sid']}" in page.text
    assert f"{app.registered['post_logout_redirect_uris'][0]}?state=bye+now" in page.text
    refused = app.sign_in(visitor, person, prompt="none")
    assert refused["error"] == "login_required"


@behaviour(25, 43)
def test_keys_turn_over_under_an_app_with_a_cached_key_set(op, party, person):
    app = party()
    cached = {key["kid"] for key in requests.get(app.config["jwks_uri"], timeout=30).json()["keys"]}
    before = app.redeem(app.sign_in(Visitor(app.callback), person)["code"])["id_token"]

    op.auth("keys", "rotate")
    time.sleep(5.5)  # the longest that a process goes on with the keys it knows
    visitor = Visitor(app.callback)
    after = app.redeem(app.sign_in(visitor, person)["code"])["id_token"]

    published = requests.get(app.config["jwks_uri"], timeout=30).json()["keys"]
    assert cached < {key["kid"] for key in published}
    assert jwt.get_unverified_header(after)["kid"] in cached
    assert app.verified(before)["sub"] == app.verified(after)["sub"]
    assert "code" in app.sign_in(visitor, person, prompt="none", id_token_hint=before)
