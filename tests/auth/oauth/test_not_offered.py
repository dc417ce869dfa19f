"""What this server does not do it does not promise, and refuses or passes over as is said."""

import pytest

from tests.support import steps
from tests.support.marks import asvs, behaviour, rfc


@pytest.fixture
def document(browser):
    """The metadata."""
    return browser.get("/.well-known/openid-configuration").json


@asvs("12.1.3")
@behaviour(18, 19)
@rfc("8705", "3.3")
def test_no_token_is_bound_to_a_certificate_and_nobody_is_told_so(document, browser, app, ana):
    assert "tls_client_certificate_bound_access_tokens" not in document
    assert "mtls_endpoint_aliases" not in document
    assert not [m for m in document["token_endpoint_auth_methods_supported"] if "tls" in m]
    answer = steps.tokens(browser, app, ana)
    assert "cnf" not in steps.claims_of(answer["access_token"])
    assert answer["token_type"] == "Bearer"


@behaviour(20)
def test_no_answer_comes_as_a_signed_response(document, browser, app):
    assert not [mode for mode in document["response_modes_supported"] if "jwt" in mode]
    assert "authorization_signing_alg_values_supported" not in document
    for mode in ("jwt", "query.jwt", "form_post.jwt"):
        refusal = steps.arrival(steps.ask(browser, app, response_mode=mode))
        assert refusal.answer["error"] == "invalid_request"


@behaviour(21, 22)
def test_refresh_tokens_are_given_and_the_implicit_flow_is_not(document, browser, app, ana):
    assert "refresh_token" in document["grant_types_supported"]
    assert "implicit" not in document["grant_types_supported"]
    assert document["response_types_supported"] == ["code"]
    assert "refresh_token" in steps.tokens(browser, app, ana)


@behaviour(103)
@rfc("9700", "4.14.2")
def test_a_refresh_token_turns_over_and_its_successor_works(browser, app, ana):
    first = steps.tokens(browser, app, ana)["refresh_token"]

    second = steps.refresh(browser, app, first).json["refresh_token"]

    assert second != first
    assert steps.refresh(browser, app, second).status_code == 200


@behaviour(16, 17)
def test_every_method_of_authentication_that_is_promised_exists(document):
    methods = document["token_endpoint_auth_methods_supported"]
    assert set(methods) == {"client_secret_basic", "client_secret_post", "private_key_jwt", "none"}
    algorithms = document["token_endpoint_auth_signing_alg_values_supported"]
    assert {"PS256", "ES256", "EdDSA"} <= set(algorithms)
