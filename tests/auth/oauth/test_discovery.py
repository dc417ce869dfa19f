"""The metadata says what the server does, no more and no less (RFC 8414, OIDC Discovery)."""

import re

import pytest

from tests.auth.oauth import levels
from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, rfc

ISSUER = "https://id.banco.example"
PLACES = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
# Registered with IANA, and known to the conformance suite.
KNOWN = {
    *("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"),
    *("device_authorization_endpoint", "authorization_details_types_supported"),
    *("introspection_endpoint", "revocation_endpoint", "end_session_endpoint"),
    *("scopes_supported", "claims_supported", "response_types_supported"),
    *("response_modes_supported", "grant_types_supported", "subject_types_supported"),
    *("id_token_signing_alg_values_supported", "token_endpoint_auth_methods_supported"),
    "userinfo_signing_alg_values_supported",
    *("introspection_endpoint_auth_methods_supported", "prompt_values_supported"),
    *("revocation_endpoint_auth_methods_supported", "code_challenge_methods_supported"),
    *("acr_values_supported", "ui_locales_supported", "request_parameter_supported"),
    *("claims_parameter_supported", "request_uri_parameter_supported"),
    *("backchannel_logout_supported", "backchannel_logout_session_supported"),
    *("frontchannel_logout_supported", "frontchannel_logout_session_supported"),
    *("authorization_response_iss_parameter_supported", "registration_endpoint"),
    "token_endpoint_auth_signing_alg_values_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    *("pushed_authorization_request_endpoint", "require_pushed_authorization_requests"),
    *("request_object_signing_alg_values_supported",),
    "authorization_response_iss_parameter_supported",
}


@pytest.fixture
def database_kind():
    """The document is made of what is registered in the process: one database tells."""
    return "postgresql"


@pytest.fixture
def public(create_house):
    """A server as the world would see it, on https."""
    server = create_house("auth", ISSUER=ISSUER)
    factories.keys(server)
    return server


@pytest.fixture
def document(public):
    """The discovery document."""
    return public.test_client().get(PLACES[0]).json


@behaviour(1, 2, 3)
@rfc("8414", "3")
def test_both_places_serve_the_same_document(public):
    answers = [public.test_client().get(place) for place in PLACES]

    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json["issuer"] == ISSUER
    assert answers[0].data == answers[1].data


@behaviour(4)
def test_every_endpoint_is_an_https_address_that_answers(public, document):
    addresses = {k: v for k, v in document.items() if k.endswith(("_endpoint", "_uri"))}

    assert len(addresses) == 10
    for name, address in addresses.items():
        assert address.startswith(f"{ISSUER}/"), name
        path = address.removeprefix(ISSUER)
        answers = [public.test_client().open(path, method=m).status_code for m in ("GET", "POST")]
        assert 404 not in answers, name
        assert any(status < 500 for status in answers), name


@behaviour(5)
def test_every_member_is_of_its_kind(document):
    for name, value in document.items():
        if name.endswith("_supported") and not isinstance(value, bool):
            assert isinstance(value, list), name
            assert value, name
            assert len(set(value)) == len(value), name
            assert all(isinstance(item, str) for item in value), name
        elif name.endswith("_supported"):
            assert re.search(r"(parameter|logout|logout_session)_supported", name), name
        elif name == "require_pushed_authorization_requests":
            assert isinstance(value, bool)
        else:
            assert isinstance(value, str), name


@behaviour(6)
def test_nothing_is_promised_that_is_not_there(document):
    assert set(document) == KNOWN
    assert document["request_uri_parameter_supported"] is False
    assert document["claims_parameter_supported"] is True


@behaviour(10, 11)
@abuse("R-10", "T-22")
@rfc("9101", "10.5")
def test_request_objects_are_signed_by_keys_and_never_by_none(document):
    assert document["request_parameter_supported"] is True
    signing = document["request_object_signing_alg_values_supported"]
    assert set(signing) == {"RS256", "PS256", "ES256", "EdDSA"}


@behaviour(15)
@rfc("9126", "5")
@pytest.mark.parametrize("required", [False, True])
def test_requests_may_be_pushed_and_a_server_that_insists_says_so(create_house, required):
    server = create_house("auth", PUSHED_REQUESTS_REQUIRED=required)
    factories.keys(server)

    told = server.test_client().get(PLACES[1]).json

    assert told["pushed_authorization_request_endpoint"] == f"{told['issuer']}/oauth/par"
    assert told["require_pushed_authorization_requests"] is required


@behaviour(7)
def test_subjects_responses_and_scopes(document):
    assert document["subject_types_supported"] == ["public", "pairwise"]
    assert document["response_types_supported"] == ["code"]
    assert document["response_modes_supported"] == ["query", "form_post"]
    assert "openid" in document["scopes_supported"]
    legal = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
    assert all(legal.fullmatch(scope) for scope in document["scopes_supported"])


@behaviour(8)
@abuse("T-22")
def test_id_tokens_are_signed_and_by_rs256_too(document):
    for kind in ("id_token", "userinfo"):
        algorithms = document[f"{kind}_signing_alg_values_supported"]
        assert set(algorithms) == {"RS256", "ES256", "PS256", "EdDSA"}


@behaviour(9)
def test_claims_are_listed(document):
    assert {"sub", "iss", "auth_time", "acr", "email", "name"} <= set(document["claims_supported"])


@behaviour(12)
def test_languages_are_tags_in_their_usual_case(document):
    assert set(document["ui_locales_supported"]) == {"en", "pt-BR"}


@behaviour(13, 14)
@abuse("T-22")
def test_pkce_is_s256_alone_and_answers_name_their_issuer(document):
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["authorization_response_iss_parameter_supported"] is True


@behaviour(16)
def test_each_endpoint_lists_the_methods_it_takes(document):
    proofs = ["client_secret_basic", "client_secret_post", "private_key_jwt"]

    assert document["token_endpoint_auth_methods_supported"] == [*proofs, "none"]
    assert document["revocation_endpoint_auth_methods_supported"] == [*proofs, "none"]
    assert document["introspection_endpoint_auth_methods_supported"] == proofs


@behaviour(17)
def test_each_endpoint_lists_what_clients_may_sign_with(document):
    for name in ("token", "revocation", "introspection"):
        listed = document[f"{name}_endpoint_auth_signing_alg_values_supported"]
        assert set(listed) == {"RS256", "PS256", "ES256", "EdDSA"}


@abuse("T-13", "T-22")
def test_only_grants_that_exist_are_listed(document):
    assert set(document["grant_types_supported"]) == {
        *("authorization_code", "refresh_token", "client_credentials"),
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    }


@behaviour(47)
def test_the_levels_listed_can_be_reached(document, public):
    server = public
    app = factories.app(server)
    for level in document["acr_values_supported"]:
        answer = levels.tokens(server.test_client(), app, factories.person(server), level)
        assert steps.claims_of(answer["id_token"])["acr"] == level


@behaviour(26)
def test_metadata_and_keys_may_be_read_again_and_again(create_house):
    server = create_house("auth", RATE_LIMITS="on")
    factories.keys(server)
    browser = server.test_client()

    for path in (*PLACES, "/oauth/jwks"):
        assert {browser.get(path).status_code for _ in range(100)} == {200}


def test_a_cache_may_keep_it_as_long_as_the_keys(public):
    seconds = public.config["JWKS_MAX_AGE_SECONDS"]

    for path in (*PLACES, "/oauth/jwks"):
        answer = public.test_client().get(path)
        assert answer.headers["Cache-Control"] == f"public, max-age={seconds}"
        assert not answer.headers.getlist("Set-Cookie")


@asvs("3.3.4", "3.3.5")
@abuse("B-06")
@behaviour(53)
def test_on_https_cookies_are_secure_and_bound_to_the_host(public):
    browser, app, ana = public.test_client(), factories.app(public), factories.person(public)
    secure = {"base_url": ISSUER}
    page = browser.get("/oauth/authorize", query_string=steps.asking(app), **secure)
    page = browser.get(page.headers["Location"], headers=steps.HTML, **secure)
    form = {
        "csrf_token": steps.form_token(page),
        "username": ana.email,
        "password": ana.password,
    }
    entered = browser.post(page.request.path, data=form, headers=steps.HTML, **secure)

    cookies = page.headers.getlist("Set-Cookie") + entered.headers.getlist("Set-Cookie")
    assert any(cookie.startswith("__Host-session=") for cookie in cookies)
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for flag in ("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"):
            assert flag in cookie
        assert "Domain" not in cookie
        assert len(cookie) < 4096
    refused = steps.arrival(
        browser.get("/oauth/authorize", query_string=steps.asking(app, prompt="none"), **secure)
    )
    assert refused.answer["iss"] == ISSUER
