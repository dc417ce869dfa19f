"""Every value that the metadata advertises is exercised; a member nobody exercises fails."""

import json

import pytest

from tests.auth.oauth import asserting, levels, signing
from tests.auth.oauth.test_userinfo import EVERYTHING
from tests.support import deeds, factories, houses, steps
from tests.support.marks import behaviour, rfc

PLACE = "/.well-known/openid-configuration"


@pytest.fixture
def database_kind():
    """A promise is the same on every database."""
    return "postgresql"


class Client:
    """Exercises one value of one member; each method is named after its member."""

    def __init__(self, server, person):
        self.server, self.person, self.browser = server, person, server.test_client()

    def app(self, *arguments, **described):
        """Register an app so described."""
        return factories.app(self.server, *arguments, **described)

    def tokens(self, app, **asked):
        """Sign in anew at ``app``; return the token answer."""
        return steps.tokens(self.server.test_client(), app, self.person, **asked)

    def issuer(self, value):
        answer = steps.authorize(self.browser, self.app(), self.person).answer
        assert answer["iss"] == value == houses.ISSUER

    def endpoint(self, address):
        path = address.removeprefix(houses.ISSUER)
        statuses = {self.browser.open(path, method=m).status_code for m in ("GET", "POST")}
        assert 404 not in statuses
        assert min(statuses) < 500

    def scopes_supported(self, scope):
        asked = " ".join(dict.fromkeys(("openid", scope)))
        assert scope in self.tokens(self.app(), scope=asked)["scope"].split()

    def claims_supported(self, claim):
        answer = self.tokens(self.app(), scope="openid profile email address phone", nonce="n-1")
        told = steps.userinfo(self.browser, answer["access_token"]).json
        assert claim in told | steps.claims_of(answer["id_token"])

    def response_types_supported(self, kind):
        arrived = steps.authorize(self.browser, self.app(), self.person, response_type=kind)
        assert kind in arrived.answer

    def response_modes_supported(self, mode):
        arrived = steps.authorize(self.browser, self.app(), self.person, response_mode=mode)
        assert arrived.code

    def grant_types_supported(self, grant):
        app = self.app(
            grant_types=["authorization_code", "refresh_token", grant],
            audiences=["https://a.example"],
        )
        answer = steps.post(self.browser, app, "/oauth/token", grant_type=grant)
        assert answer.json.get("error") not in {"unsupported_grant_type", "unauthorized_client"}

    def subject_types_supported(self, kind):
        app = self.app(subject_type=kind, scope="openid")
        sub = steps.claims_of(self.tokens(app, scope="openid")["id_token"])["sub"]
        assert (sub == self.person.sub) is (kind == "public")

    def id_token_signing_alg_values_supported(self, alg):
        token = self.tokens(self.app(id_token_signed_response_alg=alg))["id_token"]
        assert steps.header_of(token)["alg"] == alg

    def userinfo_signing_alg_values_supported(self, alg):
        token = self.tokens(self.app(userinfo_signed_response_alg=alg))["access_token"]
        answer = steps.userinfo(self.browser, token)
        assert answer.mimetype == "application/jwt"
        assert steps.header_of(answer.text)["alg"] == alg

    def auth_methods(self, method):
        app = asserting.app(self.server) if method == "private_key_jwt" else self.app(method)
        proof = asserting.proof(app) if method == "private_key_jwt" else {}
        if method == "private_key_jwt":
            answer = self.browser.post(
                "/oauth/token", data=proof | {"grant_type": "client_credentials"}
            )
        elif method == "none":
            answer = steps.revoke(self.browser, app, "no token of ours")
        else:
            answer = steps.post(self.browser, app, "/oauth/token", grant_type="client_credentials")
        assert answer.status_code == 200, answer.text

    def auth_signing_algs(self, alg):
        app = asserting.app(self.server, alg)
        for path in ("/oauth/introspect", "/oauth/revoke"):
            answer = asserting.post(self.browser, app, path, alg=alg, token="x")
            assert answer.status_code == 200
        grant = {"grant_type": "client_credentials"}
        assert (
            asserting.post(self.browser, app, "/oauth/token", alg=alg, **grant).status_code == 200
        )

    def request_object_signing_alg_values_supported(self, alg):
        app = signing.app(self.server, alg)
        token = signing.request_object(app, self.server, alg)
        answer = steps.walk(self.browser, signing.ask(self.browser, app, token), self.person).answer
        assert answer["state"] == "inside"

    def authorization_details_types_supported(self, kind):
        app, scope = self.app(), f"openid {deeds.SCOPES.get(kind, 'wallet:read')}"
        details = deeds.serve(self.server).asking(self.person.sub, app.client_id, type=kind)
        if kind == "account_information":
            places = [f"{deeds.BANK}/wallet"]
            details = json.dumps([{"type": kind, "locations": places, "actions": ["balance"]}])
        answer = steps.push(self.browser, app, scope=scope, authorization_details=details)
        assert answer.status_code == 201

    def code_challenge_methods_supported(self, method):
        assert method == "S256"
        assert self.tokens(self.app())["access_token"]

    def prompt_values_supported(self, prompt):
        app = self.app()
        steps.authorize(self.browser, app, self.person)
        answer = steps.ask(self.browser, app, prompt=prompt)
        assert "code" in steps.walk(self.browser, answer, self.person).answer

    def acr_values_supported(self, level):
        told = levels.tokens(
            self.server.test_client(), self.app(), factories.person(self.server), level
        )
        assert steps.claims_of(told["id_token"])["acr"] == level

    def ui_locales_supported(self, tag):
        page = steps.follow(self.browser, steps.ask(self.browser, self.app(), ui_locales=tag))
        assert f'<html lang="{tag}"' in page.text

    def claims_parameter_supported(self, value):
        named = '{"userinfo": {"nickname": null}}'
        token = self.tokens(self.app(), scope="openid", claims=named)["access_token"]
        assert ("nickname" in steps.userinfo(self.browser, token).json) is value is True

    def request_parameter_supported(self, value):
        assert value is True

    def request_uri_parameter_supported(self, value):
        refused = steps.ask(self.browser, self.app(), request_uri="https://a.example/r")
        assert steps.arrival(refused).answer["error"] == "request_uri_not_supported"
        assert value is False

    def require_pushed_authorization_requests(self, value):
        assert steps.push(self.browser, self.app()).status_code == 201
        assert value is False

    def authorization_response_iss_parameter_supported(self, value):
        refused = steps.arrival(steps.ask(self.browser, self.app(), prompt="none"))
        assert (refused.answer["iss"] == houses.ISSUER) is value is True

    def logout_flag(self, value):
        address = "https://app.cofrinho.example/out"
        for channel in ("back", "front"):
            told = {f"{channel}channel_logout_uri": address}
            app = self.app(**told | {f"{channel}channel_logout_session_required": True})
            assert app.described[f"{channel}channel_logout_uri"] == address
        assert "sid" in steps.claims_of(self.tokens(app)["id_token"])
        assert value is True


def exercise_of(member):
    """Return the name of the method that exercises ``member``."""
    if member.endswith("_auth_methods_supported"):
        return "auth_methods"
    if member.endswith("_auth_signing_alg_values_supported"):
        return "auth_signing_algs"
    if member.endswith(("_logout_supported", "_logout_session_supported")):
        return "logout_flag"
    return "endpoint" if member.endswith(("_endpoint", "jwks_uri")) else member


@behaviour(5, 6, 7)
@rfc("8414", "2")
def test_every_advertised_value_does_what_it_says(server):
    whole = factories.person(server, name="Ana Souza", phone="+5511912345678", claims=EVERYTHING)
    client = Client(server, whole)
    document = server.test_client().get(PLACE).json

    for member, told in document.items():
        exercise = getattr(client, exercise_of(member), None)
        assert exercise, f"{member} is advertised and nobody exercises it"
        for value in told if isinstance(told, list) else [told]:
            exercise(value)


@rfc("8414", "2")
def test_no_feature_exists_unadvertised(server):
    document = server.test_client().get(PLACE).json
    addresses = {
        value.removeprefix(houses.ISSUER) for value in document.values() if isinstance(value, str)
    }
    protocol = {
        rule.rule
        for rule in server.url_map.iter_rules()
        if rule.rule.startswith("/oauth/") and "<" not in rule.rule
    }

    assert protocol <= addresses
