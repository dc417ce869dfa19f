"""An API acts onward for the person it was called for (RFC 8693)."""

import pytest

from app.auth.clients.members import CLIENT, EXCHANGE
from tests.auth.oauth.exchanges import (
    ACCESS_TOKEN,
    BANK,
    ISSUER,
    KINDS,
    PAYMENTS,
    SCOPE,
    WALLET,
    api,
    exchange,
    exchanged,
    is_active,
)
from tests.support import factories, steps
from tests.support.marks import abuse, asvs, rfc


@pytest.fixture
def payments(server):
    """The API of payments: it answers for the whole bank."""
    return api(server, BANK)


@pytest.fixture
def token(browser, app, ana):
    """An access token with which the app calls the bank for Ana."""
    return steps.tokens(browser, app, ana, scope=SCOPE)["access_token"]


@rfc("8693", "2.2.1")
@abuse("T-15")
def test_an_api_gets_a_token_for_the_next_one(browser, payments, token):
    answer = exchange(browser, payments, token)

    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json
    assert told.pop("access_token")
    assert 890 <= told.pop("expires_in") <= 900
    assert told == {
        "issued_token_type": ACCESS_TOKEN,
        "token_type": "Bearer",
        "scope": "wallet:read wallet:transfer",
    }


@asvs("8.3.3")
@rfc("8693", "4.1")
def test_the_person_stays_and_the_api_is_the_actor(browser, payments, token, ana, app):
    before, after = (
        steps.claims_of(token),
        steps.claims_of(exchanged(browser, payments, token)),
    )

    same = ("iss", "sub", "user_id", "sid", "grant", "auth_time", "acr", "amr")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert after["sub"] == ana.sub
    assert after["client_id"] == payments.client_id
    assert after["act"] == {"sub": payments.client_id}
    assert after["grantee"] == app.client_id
    assert (after["aud"], after["scope"]) == (WALLET, "wallet:read wallet:transfer")
    assert after["jti"] != before["jti"]
    assert steps.header_of(exchanged(browser, payments, token))["typ"] == "at+jwt"


@rfc("8693", "4.1")
def test_who_acted_before_is_named_behind_who_acts_now(browser, server, payments, token):
    wallet = api(server, WALLET)

    second = steps.claims_of(exchanged(browser, wallet, exchanged(browser, payments, token)))

    assert second["act"] == {"sub": wallet.client_id, "act": {"sub": payments.client_id}}
    assert second["client_id"] == wallet.client_id
    assert second["grantee"] == steps.claims_of(token)["client_id"]


@rfc("8693", "2.1")
@pytest.mark.parametrize("kind", ["access_token", "jwt"])
@pytest.mark.parametrize("wanted", [None, "", ACCESS_TOKEN])
def test_the_kinds_that_are_taken(browser, payments, token, kind, wanted):
    kinds = {"subject_token_type": KINDS + kind, "requested_token_type": wanted}

    assert exchange(browser, payments, token, **kinds).status_code == 200


@rfc("8693", "2.1")
@rfc("8707", "2")
def test_the_target_goes_by_either_name_and_is_one(browser, payments, token):
    by_audience = exchange(browser, payments, token, None, audience=WALLET)
    assert steps.claims_of(by_audience.json["access_token"])["aud"] == WALLET
    assert exchange(browser, payments, token, WALLET, audience=WALLET).status_code == 200

    steps.refused(
        exchange(browser, payments, token, [WALLET, PAYMENTS]),
        "invalid_target",
    )
    steps.refused(
        exchange(browser, payments, token, WALLET, audience=PAYMENTS),
        "invalid_target",
    )


def test_the_same_audience_may_be_named_again(browser, payments, token):
    claims = steps.claims_of(exchanged(browser, payments, token, BANK))

    assert claims["aud"] == BANK
    assert claims["scope"] == "wallet:read wallet:transfer payments:write"


def test_a_token_for_this_server_opens_no_more_of_it(browser, server, app, ana):
    reader = api(server, ISSUER)
    token = steps.tokens(browser, app, ana, scope="openid profile email")["access_token"]

    narrowed = exchanged(browser, reader, token, ISSUER, scope="openid")

    assert set(steps.userinfo(browser, narrowed).json) == {"sub"}
    assert steps.claims_of(exchanged(browser, reader, token, ISSUER))["scope"] == (
        "openid profile email"
    )
    steps.refused(exchange(browser, reader, token, BANK), "invalid_target")


def test_a_token_for_a_room_of_the_bank_tells_nothing_of_the_person(browser, payments, token):
    assert steps.userinfo(browser, exchanged(browser, payments, token)).status_code == 403


@rfc("8693", "2.1")
@pytest.mark.parametrize(
    ("scope", "granted"),
    [
        (None, "wallet:read wallet:transfer"),
        ("wallet:read", "wallet:read"),
        ("wallet:transfer wallet:read", "wallet:read wallet:transfer"),
    ],
)
def test_the_scope_may_be_narrower(browser, payments, token, scope, granted):
    answer = exchange(browser, payments, token, scope=scope)

    assert answer.json["scope"] == granted
    assert steps.claims_of(answer.json["access_token"])["scope"] == granted


def test_neither_a_refresh_token_nor_an_id_token_comes(browser, server, app, ana):
    reader = api(server, ISSUER, grant_types=[EXCHANGE, "authorization_code", "refresh_token"],
                 redirect_uris=[factories.CALLBACK])  # fmt: skip
    token = steps.tokens(browser, app, ana, scope="openid offline_access")["access_token"]

    answer = exchange(browser, reader, token, ISSUER).json

    assert {"refresh_token", "id_token"}.isdisjoint(answer)
    assert answer["scope"] == "openid"


@rfc("8693", "4.1")
@rfc("7662", "2.2")
def test_introspection_tells_who_acts(browser, server, payments, token, app):
    bank = factories.app(server, grant_types=[CLIENT], audiences=[BANK])
    acting = exchanged(browser, payments, token)

    told = steps.introspect(browser, bank, acting).json

    assert told["act"] == {"sub": payments.client_id}
    assert told["client_id"] == payments.client_id
    assert steps.introspect(browser, payments, acting).json["active"]
    assert steps.introspect(browser, app, acting).json == {"active": False}


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_it_is_signed_as_the_api_registered(browser, server, token, alg):
    signer = api(server, BANK, access_token_signed_response_alg=alg)

    assert steps.header_of(exchanged(browser, signer, token))["alg"] == alg


@abuse("T-21")
def test_two_of_one_second_are_two(held_clock, browser, payments, app, ana):
    token = steps.tokens(browser, app, ana, scope=SCOPE)["access_token"]

    first, second = (exchanged(browser, payments, token) for _ in range(2))

    assert steps.claims_of(first)["jti"] != steps.claims_of(second)["jti"]
    steps.revoke(browser, payments, first)
    assert is_active(browser, payments, second)
