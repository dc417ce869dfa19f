"""What an API may not trade, and for what it may not trade it (RFC 8693)."""

import pytest

from app.auth.clients.members import CLIENT, EXCHANGE
from tests.auth.oauth.exchanges import (
    ACCESS_TOKEN,
    BANK,
    ISSUER,
    KINDS,
    PAYMENTS,
    REPORTS,
    SCOPE,
    WALLET,
    api,
    exchange,
    exchanged,
)
from tests.support import factories, forging, steps
from tests.support.marks import abuse, asvs, rfc


@pytest.fixture
def payments(server):
    """The API of payments: it answers for the whole bank."""
    return api(server, BANK)


@pytest.fixture
def token(browser, app, ana):
    """An access token with which the app calls the bank for Ana."""
    return steps.tokens(browser, app, ana, scope=SCOPE)["access_token"]


def test_no_more_than_four_act_one_behind_the_other(browser, payments, token):
    for _ in range(4):
        token = exchanged(browser, payments, token)

    steps.refused(exchange(browser, payments, token), "invalid_request")


@rfc("8693", "2.1")
@pytest.mark.parametrize(
    "changed",
    [
        {"subject_token": None},
        {"subject_token": ""},
        {"subject_token_type": None},
        {"subject_token_type": "access_token"},
        *({"subject_token_type": KINDS + kind} for kind in ("id_token", "refresh_token", "saml2")),
        *({"requested_token_type": KINDS + kind} for kind in ("id_token", "refresh_token", "jwt")),
        {"requested_token_type": "é"},
        {"actor_token": "x", "actor_token_type": ACCESS_TOKEN},
        {"actor_token": "x"},
        {"actor_token_type": ACCESS_TOKEN},
        {"resource": None},
        {"resource": ""},
    ],
)
def test_anything_else_is_refused(browser, payments, token, changed):
    answer = exchange(browser, payments, token, **changed)

    steps.refused(answer, "invalid_request")
    [name] = {each for each in changed if each in answer.json["error_description"]} or {""}
    assert name or "actor_token" in answer.json["error_description"]


@rfc("8693", "2.2.2")
@pytest.mark.parametrize(
    "target",
    [REPORTS, f"{BANK}/atm", f"{BANK}/None", f"{BANK}/", f"{WALLET}/x", ISSUER, "https://evil",
     "wallet", "é", "x" * 5000],
)  # fmt: skip
def test_a_target_that_the_grant_does_not_open_is_refused(browser, payments, token, target):
    steps.refused(exchange(browser, payments, token, target), "invalid_target")


def test_a_part_never_becomes_the_whole(browser, server, app, ana):
    wallet, narrow = api(server, WALLET), f"{SCOPE} reports:read"
    token = steps.tokens(browser, app, ana, scope=narrow, resource=WALLET)["access_token"]

    for target in (BANK, ISSUER, PAYMENTS):  # a token for the wallet has the wallet's scopes alone
        steps.refused(exchange(browser, wallet, token, target), "invalid_target")


@abuse("R-19")
@rfc("6749", "3.3")
@pytest.mark.parametrize(
    "scope",
    ["reports:read", "wallet:read reports:read", "payments:write", "openid", "offline_access",
     "wallet:deposit", " ", "é"],
)  # fmt: skip
def test_the_scope_is_never_wider(browser, payments, token, scope):
    steps.refused(exchange(browser, payments, token, scope=scope), "invalid_scope")


@abuse("R-19")
def test_an_api_gets_no_scope_that_is_not_its_own_to_ask(browser, server, token):
    reader = api(server, BANK, scope="wallet:read")

    assert exchange(browser, reader, token).json["scope"] == "wallet:read"
    steps.refused(exchange(browser, reader, token, scope="wallet:transfer"), "invalid_scope")
    steps.refused(exchange(browser, reader, token, PAYMENTS), "invalid_scope")


@abuse("T-13")
@rfc("6749", "5.2")
def test_a_client_that_is_not_registered_for_it_is_refused(browser, server, app, token):
    plain = factories.app(server, grant_types=[CLIENT], audiences=[BANK])

    for each in (app, plain):
        steps.refused(exchange(browser, each, token), "unauthorized_client")


@abuse("T-10")
def test_only_who_proves_itself_may_exchange(browser, payments, public_app, token):
    naked = factories.App(payments.client_id, None, "none")
    wrong = factories.App(payments.client_id, "x" * 43, payments.method)

    for each in (naked, wrong, public_app):
        steps.refused(exchange(browser, each, token), "invalid_client", 401)


@rfc("8693", "2.2.2")
@abuse("F-16")
@pytest.mark.parametrize(
    "audience",
    [
        REPORTS,
        WALLET,
        f"{BANK}x",
        BANK[:-1],
        "https://api.example",
        "",
    ],
)
def test_a_token_for_another_api_is_refused(browser, server, token, audience):
    steps.refused(exchange(browser, api(server, audience), token), "invalid_request")


def test_to_have_got_a_token_is_not_to_have_been_called_with_it(browser, server, ana):
    """A client is not its own API: it may not widen what it was given by itself."""
    both = factories.app(
        server,
        grant_types=["authorization_code", EXCHANGE],
        audiences=["https://api.example"],
    )
    own = steps.tokens(browser, both, ana, scope=SCOPE)["access_token"]

    steps.refused(exchange(browser, both, own), "invalid_request")


@abuse("J-01", "J-02", "J-03")
def test_a_forged_token_is_refused(browser, payments, token):
    [jwk] = [k for k in browser.get("/oauth/jwks").json["keys"]
             if k["kid"] == steps.header_of(token)["kid"]]  # fmt: skip

    for case, forged in forging.every_way(token, jwk).items():
        answer = exchange(browser, payments, forged)
        assert answer.status_code == 400, case
        steps.refused(answer, "invalid_request")


@abuse("J-09", "J-15")
def test_what_is_no_access_token_of_a_person_is_refused(browser, app, payments, ana, server):
    got = steps.tokens(browser, app, ana, scope=SCOPE)
    own = steps.post(browser, app, "/oauth/token", grant_type="client_credentials").json
    signed = factories.signed(server, steps.claims_of(got["access_token"]), typ="logout+jwt")

    for value in (got["id_token"], got["refresh_token"], own["access_token"], signed, "x", "é"):
        steps.refused(exchange(browser, payments, value), "invalid_request")


@asvs("11.2.5")
@abuse("L-01")
def test_whatever_is_wrong_with_the_token_is_said_in_the_same_words(
    browser, server, payments, app, token
):
    own = steps.post(browser, app, "/oauth/token", grant_type="client_credentials").json
    answers = [
        exchange(browser, payments, "x.y.z"),
        exchange(browser, payments, own["access_token"]),
        exchange(browser, api(server, REPORTS), token),
    ]
    steps.revoke(browser, app, token)
    answers.append(exchange(browser, payments, token))

    assert len({(answer.status_code, answer.data) for answer in answers}) == 1
