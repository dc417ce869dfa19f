"""What an authorization request may say, and how each answer looks (OIDC Core §3.1.2.1)."""

import pytest

from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, rfc


@pytest.fixture
def database_kind():
    """What is asked here is about parsing: one database tells."""
    return "postgresql"


@pytest.fixture
def refusal(browser, app, server):
    """Ask for something refused; return the :class:`Arrival` with its form checked."""

    def ask(**asked):
        arrived = steps.arrival(steps.ask(browser, app, **asked))
        allowed = {"error", "error_description", "error_uri", "state", "iss"}
        assert set(arrived.answer) <= allowed
        assert arrived.answer["iss"] == server.config["ISSUER"]
        assert arrived.answer.get("state") == asked.get("state", "s-1")
        assert "#" not in arrived.address
        steps.assert_plain(arrived.answer["error_description"])
        return arrived

    return ask


@rfc("6749", "4.1.2")
@behaviour(53, 55)
def test_the_answer_holds_code_state_and_issuer_and_nothing_else(browser, app, ana, server):
    arrived = steps.authorize(browser, app, ana, state="xyz")

    assert arrived.address.startswith(f"{app.redirect_uri}?")
    assert set(arrived.answer) == {"code", "state", "iss"}
    assert arrived.answer["state"] == "xyz"
    assert arrived.answer["iss"] == server.config["ISSUER"]


@behaviour(54)
def test_a_code_has_256_bits_and_is_never_the_same(browser, app, ana):
    codes = {steps.authorize(browser, app, ana).code for _ in range(5)}

    assert len(codes) == 5
    assert {len(code) for code in codes} == {43}


@behaviour(27)
def test_a_posted_request_survives_the_login_page(browser, app, ana):
    arrived = steps.authorize(browser, app, ana, method="POST", state="p" * 300, nonce="n-1")

    assert arrived.answer["state"] == "p" * 300
    answer = steps.exchange(browser, app, arrived.code).json
    assert steps.claims_of(answer["id_token"])["nonce"] == "n-1"


@behaviour(27)
def test_a_posted_request_too_long_for_an_address_is_answered_all_the_same(browser, app, ana):
    arrived = steps.authorize(browser, app, ana, method="POST", state="p" * 9000)

    assert arrived.answer["state"] == "p" * 9000


@rfc("6749", "4.1.2.1")
@behaviour(31, 53, 55, 56, 57)
def test_a_missing_response_type_is_told_to_the_client(refusal):
    assert refusal(response_type=None, state="s").error == "invalid_request"


@asvs("10.4.4", "10.6.1")
@abuse("R-07", "T-22")
@rfc("9700", "2.1.2")
@pytest.mark.parametrize(
    "kind",
    ["token", "id_token", "code token", "code id_token", "id_token token", "none", "code code",
     "CODE", " code", "code\n"],
)  # fmt: skip
def test_only_the_code_flow_exists(refusal, kind):
    assert refusal(response_type=kind).error == "unsupported_response_type"


@abuse("R-07")
def test_an_empty_response_type_is_a_missing_one(refusal):
    assert refusal(response_type="").error == "invalid_request"


@asvs("10.4.12")
@pytest.mark.parametrize("mode", ["fragment", "FORM_POST", "jwt", "query.jwt", "web_message", "x"])
def test_a_way_of_answering_that_is_not_known_is_refused_in_the_query(refusal, mode):
    assert refusal(response_mode=mode).error == "invalid_request"


def test_the_query_may_be_asked_for_by_name(browser, app, ana):
    assert steps.authorize(browser, app, ana, response_mode="query").code


@behaviour(32)
def test_unknown_parameters_are_passed_over(browser, app, ana):
    assert steps.authorize(browser, app, ana, extra="foobar", audience="x", claims="{}").code


@behaviour(33)
def test_without_a_nonce_the_id_token_has_none(browser, app, ana):
    answer = steps.tokens(browser, app, ana)

    assert "nonce" not in steps.claims_of(answer["id_token"])


@behaviour(34)
@pytest.mark.parametrize("state", [None, ""])
def test_without_a_state_none_comes_back(browser, app, ana, state):
    assert set(steps.authorize(browser, app, ana, state=state).answer) == {"code", "iss"}
    refused = steps.arrival(steps.ask(browser, app, state=state, scope="nothing"))
    assert "state" not in refused.answer


@behaviour(35, 112)
def test_long_states_and_nonces_come_back_whole(browser, app, ana):
    arrived = steps.authorize(browser, app, ana, state="s" * 1000, nonce="n" * 384)

    assert arrived.answer["state"] == "s" * 1000
    answer = steps.exchange(browser, app, arrived.code).json
    assert steps.claims_of(answer["id_token"])["nonce"] == "n" * 384


@asvs("1.2.2")
@abuse("R-16")
@pytest.mark.parametrize(
    "state",
    ["x" * 8192, "</script><script>alert(1)</script>", "a\r\nSet-Cookie: x=1", "açúcar 🐎 %00 &=+#",
     "'\"\\", "a\tb"],
    ids=["8 kB", "script", "header split", "unicode", "quotes", "tab"],
)  # fmt: skip
def test_a_state_comes_back_byte_for_byte_with_a_code_and_with_an_error(
    browser, app, ana, refusal, state
):
    assert refusal(state=state, prompt="none").answer["state"] == state

    page = steps.follow(browser, steps.ask(browser, app, state=state))
    assert page.status_code == 200
    assert "alert(1)" not in page.text
    arrived = steps.walk(browser, page, ana)

    assert arrived.answer["state"] == state
    assert "\n" not in arrived.address


@behaviour(36)
def test_the_order_of_scopes_and_parameters_means_nothing(browser, app, ana):
    asked = reversed(list(steps.asking(app, scope="profile email openid").items()))
    page = browser.get("/oauth/authorize", query_string=list(asked), headers=steps.HTML)

    answer = steps.exchange(browser, app, steps.walk(browser, page, ana).code).json

    assert answer["scope"] == "openid profile email"


@asvs("10.4.11")
@abuse("R-19")
@rfc("6749", "3.3")
@pytest.mark.parametrize("scope", ["wallet:transfer", "openid wallet:read", "profile"])
def test_a_scope_that_is_not_the_clients_is_refused(browser, server, scope):
    small = factories.app(server, scope="openid email")

    assert steps.arrival(steps.ask(browser, small, scope=scope)).error == "invalid_scope"


@pytest.mark.parametrize("scope", ["admin", "OPENID", "openid,profile", "wallet:*"])
def test_a_scope_that_nobody_knows_is_refused_when_it_is_all(refusal, scope):
    assert refusal(scope=scope).error == "invalid_scope"


@rfc("6749", "3.3")
def test_unknown_scopes_beside_known_ones_are_dropped_and_the_answer_says_so(browser, app, ana):
    assert steps.tokens(browser, app, ana, scope="openid frobnicate")["scope"] == "openid"


def test_without_a_scope_all_that_is_registered_is_meant(browser, server, ana):
    small = factories.app(server, scope="email phone")

    assert steps.tokens(browser, small, ana, scope=None)["scope"] == "email phone"


@behaviour(44, 45, 46)
@pytest.mark.parametrize(
    "hint",
    [
        {"login_hint": "buffy@localhost"},
        {"login_hint": "x" * 5000},
        {"login_hint": "<b>\r\n"},
        {"ui_locales": "se"},
        {"ui_locales": "x" * 3000},
        {"ui_locales": "pt-BR en ;;"},
        {"claims_locales": "se"},
        {"claims_locales": "se pt-BR" * 300},
        {"display": "page"},
        {"display": "popup"},
        {"display": "touch"},
        {"display": "wap"},
        {"display": "cinema"},
    ],
    ids=str,
)
def test_hints_that_mean_nothing_here_do_no_harm(browser, app, ana, hint):
    assert steps.authorize(browser, app, ana, **hint).code


@behaviour(47, 48)
@pytest.mark.parametrize(
    "asked",
    [None, "urn:brasil:openbanking:loa2", "urn:brasil:openbanking:loa2 phr", "1 2"],
)
def test_the_id_token_tells_a_level_that_was_asked_for_when_it_can_be_reached(
    browser, app, ana, asked
):
    answer = steps.tokens(browser, app, ana, acr_values=asked)

    assert steps.claims_of(answer["id_token"])["acr"] == "urn:brasil:openbanking:loa2"


@behaviour(50)
@pytest.mark.parametrize("uri", ["https://evil.example/r.jwt", "urn:ietf:params:oauth:x", "1"])
def test_a_request_by_reference_is_refused_and_never_fetched(refusal, uri):
    assert refusal(request_uri=uri).error == "request_uri_not_supported"
