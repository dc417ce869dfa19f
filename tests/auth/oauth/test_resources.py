"""Resource indicators: several are authorized, and each token is for one of them (RFC 8707)."""

import pytest

from tests.auth.oauth import signing
from tests.support import factories, steps
from tests.support.marks import abuse, rfc

SCOPE = "openid email wallet:read wallet:transfer reports:read"
ROOMS = {
    "wallet": "openid email wallet:read wallet:transfer",
    "reports": "openid email reports:read",
}


@pytest.fixture
def bank(server):
    """The bank's own name as an audience."""
    return server.config["BANK_AUDIENCE"]


@pytest.fixture
def placed(server, bank):
    """Write the names out: ``placed("BANK/wallet")``, ``placed("ISSUER")``."""

    def place(text):
        return text.replace("BANK", bank).replace("ISSUER", server.config["ISSUER"])

    return place


@pytest.fixture
def both(bank):
    """Two rooms of the bank, the wallet first."""
    return [f"{bank}/{room}" for room in ROOMS]


def audience(answer):
    """Whom the access token of a token ``answer`` is for, and what it allows."""
    claims = steps.claims_of(answer["access_token"])
    assert answer["scope"] == claims["scope"]
    return claims["aud"], claims["scope"]


@rfc("8707", "2.2")
def test_without_a_choice_the_token_is_for_the_first(browser, app, ana, both):
    answer = steps.tokens(browser, app, ana, scope=SCOPE, resource=both)
    assert audience(answer) == (both[0], ROOMS["wallet"])

    turned = steps.refresh(browser, app, answer["refresh_token"]).json
    assert audience(turned) == (both[0], ROOMS["wallet"])

    other = steps.tokens(browser, app, scope=SCOPE, resource=both[::-1])
    assert audience(other) == (both[1], ROOMS["reports"])


@rfc("8707", "2.2")
@pytest.mark.parametrize("chosen", [0, 1])
def test_which_one_a_token_is_for_is_chosen_when_the_code_is_redeemed(
    browser, app, ana, both, chosen
):
    code = steps.authorize(browser, app, ana, scope=SCOPE, resource=both).code

    answer = steps.exchange(browser, app, code, resource=both[chosen]).json

    assert audience(answer) == (both[chosen], list(ROOMS.values())[chosen])


@rfc("8707", "2.2")
def test_each_refresh_chooses_anew_and_the_family_keeps_all(browser, app, ana, both):
    answer = steps.tokens(browser, app, ana, scope=SCOPE, resource=both)

    for named in (both[1], both[0], both[1]):
        answer = steps.refresh(browser, app, answer["refresh_token"], resource=named).json
        assert audience(answer) == (named, ROOMS[named.rpartition("/")[2]])
    narrowed = steps.refresh(
        browser, app, answer["refresh_token"], resource=both[0], scope="wallet:read reports:read"
    )
    assert audience(narrowed.json) == (both[0], "wallet:read")


@rfc("8707", "2.2")
@pytest.mark.parametrize(
    "named",
    ["https://other.example", "BANK", "BANK/payments", "BANK/wallet#", "BANK/wallet/", "x",
     "ISSUER", ["BANK/wallet", "BANK/reports"], ["BANK/wallet", "https://other.example"]],
    ids=str,
)  # fmt: skip
def test_what_was_not_authorized_is_refused_and_uses_nothing_up(
    browser, app, ana, both, placed, named
):
    named = [placed(text) for text in ([named] if isinstance(named, str) else named)]
    code = steps.authorize(browser, app, ana, scope=SCOPE, resource=both).code

    steps.refused(steps.exchange(browser, app, code, resource=named), "invalid_target")
    answer = steps.exchange(browser, app, code)
    assert answer.status_code == 200
    refresh_token = answer.json["refresh_token"]
    refused = steps.refresh(browser, app, refresh_token, resource=named)
    steps.refused(refused, "invalid_target")
    assert steps.refresh(browser, app, refresh_token).status_code == 200


@rfc("8707", "2.2")
def test_the_same_resource_twice_is_one(browser, app, ana, both):
    asked = {"scope": SCOPE, "resource": [both[0], both[0]]}
    code = steps.authorize(browser, app, ana, **asked).code

    answer = steps.exchange(browser, app, code, resource=[both[0], both[0]]).json

    assert audience(answer)[0] == both[0]
    assert audience(steps.refresh(browser, app, answer["refresh_token"]).json)[0] == both[0]


@rfc("8707", "2.2")
def test_whoever_holds_the_whole_bank_may_ask_for_a_room_of_it(browser, app, ana, bank):
    for more in ({}, {"resource": bank}):
        code = steps.authorize(browser, app, ana, scope=SCOPE, **more).code
        answer = steps.exchange(browser, app, code, resource=f"{bank}/reports").json
        assert audience(answer) == (f"{bank}/reports", ROOMS["reports"])

        turned = steps.refresh(browser, app, answer["refresh_token"]).json
        assert audience(turned) == (bank, SCOPE)
        shut = steps.refresh(browser, app, turned["refresh_token"], resource=f"{bank}/atm")
        steps.refused(shut, "invalid_target")


@rfc("8707", "2.2")
@pytest.mark.parametrize(
    ("resource", "scope"),
    [
        ("BANK/wallet", ROOMS["wallet"]),
        ("BANK/reports", ROOMS["reports"]),
        ("BANK", SCOPE),
        ("ISSUER", "openid email"),
    ],
)
def test_a_token_allows_no_more_than_its_service_is_there_for(
    browser, app, ana, placed, resource, scope
):
    named = placed(resource)

    answer = steps.tokens(browser, app, ana, scope=SCOPE, resource=named)

    assert audience(answer) == (named, scope)
    assert steps.userinfo(browser, answer["access_token"]).json["email"] == ana.email
    told = steps.introspect(browser, app, answer["refresh_token"]).json
    assert told["scope"] == SCOPE


@rfc("8707", "2")
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    "wrong",
    ["https://evil.example/", "BANK/payments", "BANK/wallet#f", "/wallet", "wallet", "BANK/", "#",
     "BANK/wallet BANK/reports"],
)  # fmt: skip
def test_one_that_cannot_be_served_is_one_too_many(browser, app, placed, wrong, first):
    named = [placed("BANK/wallet"), placed(wrong)]

    arrived = steps.arrival(
        steps.ask(browser, app, scope=SCOPE, resource=named if first else named[::-1])
    )

    assert arrived.error == "invalid_target"


def test_an_empty_resource_is_none(browser, app, ana, bank):
    answer = steps.tokens(browser, app, ana, scope=SCOPE, resource=["", f"{bank}/wallet", ""])

    assert audience(answer)[0] == f"{bank}/wallet"


def test_several_survive_a_posted_request_and_the_pages_on_the_way(browser, app, ana, both):
    code = steps.authorize(browser, app, ana, method="POST", scope=SCOPE, resource=both).code

    assert audience(steps.exchange(browser, app, code, resource=both[1]).json)[0] == both[1]


@rfc("9126", "2.1")
def test_several_may_be_pushed(browser, app, ana, both):
    request_uri = steps.pushed(browser, app, scope=SCOPE, resource=both)

    code = steps.walk(browser, steps.open_pushed(browser, app, request_uri), ana).code

    assert audience(steps.exchange(browser, app, code, resource=both[1]).json)[0] == both[1]
    other = steps.push(browser, app, scope=SCOPE, resource=[*both, "https://evil.example/"])
    steps.refused(other, "invalid_target")


@rfc("9101", "4")
@pytest.mark.parametrize("inside", [1, 2])
def test_several_may_be_signed(browser, server, ana, both, inside):
    app = signing.app(server)
    named = both[0] if inside == 1 else both
    token = signing.request_object(app, server, scope=SCOPE, resource=named)

    opened = signing.ask(browser, app, token, resource="https://evil.example/")

    code = steps.walk(browser, opened, ana).code
    answer = steps.exchange(browser, app, code, resource=both[inside - 1])
    assert audience(answer.json)[0] == both[inside - 1]


@abuse("F-16")
def test_no_other_app_learns_what_was_authorized(browser, app, other_app, ana, both):
    code = steps.authorize(browser, app, ana, scope=SCOPE, resource=both).code

    steps.refused(steps.exchange(browser, other_app, code, resource=both[1]), "invalid_grant")
    steps.refused(steps.exchange(browser, app, "x" * 43, resource=both[1]), "invalid_grant")

    assert steps.exchange(browser, app, code, resource=both[1]).status_code == 200


# A client for itself


def own_token(browser, app, **fields):
    """Ask for a client's own token; return the response."""
    return steps.post(browser, app, "/oauth/token", grant_type="client_credentials", **fields)


@rfc("8707", "2.2")
def test_a_clients_own_token_is_narrowed_to_its_room(browser, app, bank):
    answer = own_token(browser, app, resource=f"{bank}/wallet").json

    assert audience(answer) == (
        f"{bank}/wallet",
        "wallet:read wallet:transfer wallet:limits",
    )


def test_the_same_resource_twice_is_one_for_a_client_too(browser, app, bank):
    named = [f"{bank}/atm", f"{bank}/atm"]

    assert audience(own_token(browser, app, resource=named).json)[0] == f"{bank}/atm"


@rfc("8707", "2")
def test_this_server_itself_serves_a_client_no_scope_of_the_bank(browser, server, app):
    issuer = server.config["ISSUER"]

    steps.refused(own_token(browser, app, resource=issuer), "invalid_target")
    bare = factories.app(server, scope="openid email")
    answer = own_token(browser, bare, resource=issuer).json
    assert steps.claims_of(answer["access_token"])["aud"] == issuer
