"""Rich authorization requests: known types alone, and of money the bank's own word (RFC 9396)."""

import json

import jsonschema
import pytest
from joserfc.jwk import ECKey

from app.foundation import clock
from tests.auth.oauth import devices, exchanges, signing
from tests.support import deeds, factories, steps
from tests.support.deeds import BANK, SCOPES
from tests.support.marks import abuse, asvs, behaviour, mission, rfc

SCOPE = "openid offline_access wallet:read wallet:transfer"
READING = {
    "type": "account_information",
    "locations": [f"{BANK}/wallet", f"{BANK}/reports"],
    "actions": ["balance", "transactions"],
    "until": "2027-01-01",
}


@pytest.fixture
def bank(server):
    """A bank that signs deeds for this server."""
    return deeds.serve(server)


@pytest.fixture
def deed(bank, ana, app):
    """Make the claims of a deed of Ana's: ``deed(amount=1)``."""
    return lambda **changed: bank.deed(ana.sub, app.client_id, **changed)


def refused(answer):
    steps.refused(answer, "invalid_authorization_details")


def push(browser, app, details, scope=SCOPE):
    text = details if isinstance(details, str) or details is None else json.dumps(details)
    return steps.push(browser, app, scope=scope, authorization_details=text)


@mission("S78", "S79")
@rfc("9396", "3")
@pytest.mark.parametrize("kind", SCOPES)
def test_a_deed_of_every_type_is_taken_as_the_bank_gave_it(browser, app, bank, deed, kind):
    entry = bank.entry(deed(type=kind, due_date="2026-12-01", reasons=["amount"]))

    answer = push(browser, app, [entry], scope=f"openid {SCOPES[kind]}")

    assert answer.status_code == 201, answer.text


NOT_UNDERSTOOD = {
    "no JSON": "wallet_transfer",
    "an object": json.dumps(READING),
    "nothing": "[]",
    "texts": '["wallet_transfer"]',
    "no type": "[{}]",
    "a type that is no text": '[{"type": 1}]',
    "an unknown type": '[{"type": "payment_initiation"}]',
    "a name twice": '[{"type": "account_information", "type": "account_information"}]',
    "more after it": '[{"type": "account_information"}], "all": []',
    "too long": json.dumps([READING | {"until": "x" * 20_000}]),
    "too many": json.dumps([READING] * 11),
    "not a number": '[{"type": "wallet_transfer", "amount": NaN}]',
    "far too deep": "[" * 3_000 + "]" * 3_000,
    "a surrogate": '[{"type": "\\ud800"}]',
    "money without a deed": '[{"type": "wallet_transfer"}]',
    "a deed that is no text": '[{"type": "wallet_transfer", "deed": {}}]',
    "a deed that is no JWS": '[{"type": "wallet_transfer", "deed": "a.b.c"}]',
    "an unknown member": json.dumps([READING | {"frequency": 4}]),
    "no actions": json.dumps([READING | {"actions": []}]),
    "an unknown action": json.dumps([READING | {"actions": ["transfer"]}]),
    "an action that is no text": json.dumps([READING | {"actions": [["balance"]]}]),
    "an action twice": json.dumps([READING | {"actions": ["balance", "balance"]}]),
    "another's place": json.dumps([READING | {"locations": ["https://evil.example"]}]),
    "a place it has not": json.dumps([READING | {"locations": [f"{BANK}/atm"]}]),
    "no day": json.dumps([READING | {"until": "2027-02-30"}]),
    "a day otherwise written": json.dumps([READING | {"until": "20270101"}]),
}


@abuse("F-13")
@rfc("9396", "5")
@pytest.mark.parametrize("text", NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_what_is_not_understood_is_refused(browser, app, bank, text):
    refused(push(browser, app, text))


DIFFERING = {
    "one cent more": {"amount": 125_001},
    "as a text": {"amount": "125000"},
    "as a fraction": {"amount": 125_000.0},
    "another currency": {"currency": "USD"},
    "another payee": {"payee": deeds.MARINA | {"id": "eve"}},
    "another name": {"payee": deeds.MARINA | {"name": "Maria"}},
    "another wallet": {"source": "wal_2"},
    "another room": {"locations": [f"{BANK}/atm"]},
    "another transaction": {"transaction_id": "dee_0123456789abcdef0123456789"},
    "a later end": {"expires_at": "2030-01-01T00:00:00Z"},
    "another message": {"description": "Outra coisa"},
    "no message": {"description": None},
    "a due date": {"due_date": "2026-12-01"},
    "another type": {"type": "bill_payment"},
    "an unknown member": {"urgent": True},
    "no deed": {"deed": None},
}


@asvs("10.4.15")
@abuse("F-13")
@rfc("9396", "5")
@pytest.mark.parametrize("changed", DIFFERING.values(), ids=DIFFERING)
def test_an_entry_that_differs_from_the_banks_word_is_refused(browser, app, bank, deed, changed):
    entry = bank.entry(deed(), **changed)

    refused(push(browser, app, [entry], scope=f"{SCOPE} payments:write"))


ODD = {
    "another server's": {"aud": "https://other.example"},
    "another bank's": {"iss": "https://other.example/bank"},
    "another client's": {"client_id": "shop"},
    "without an amount": {"amount": None},
    "of nothing": {"amount": 0},
    "of less than nothing": {"amount": -1},
    "of a fraction": {"amount": 0.5},
    "of true": {"amount": True},
    "of more than every reader can read": {"amount": 2**63},
    "in no currency": {"currency": "reais"},
    "of an unknown type": {"type": "gift"},
    "of no money": {"type": "account_information"},
    "with an odd id": {"jti": "1"},
    "to nobody": {"payee": {"id": "x"}},
    "to somebody with more": {"payee": deeds.MARINA | {"note": "x"}},
    "to a name that turns the reading": {"payee": deeds.MARINA | {"name": "\u202eseviA"}},
    "with a message on two lines": {"description": "a\nb"},
    "with a member no page shows": {"fee": 100},
    "due on no day": {"due_date": "amanhã"},
    "over": {"exp": 1},
    "that lasts for ever": {"exp": 2**40},
    "from nobody": {"sub": None},
    "from no wallet": {"source": {"name": "Carteira"}},
}


@abuse("F-13")
@pytest.mark.parametrize("changed", ODD.values(), ids=ODD)
def test_a_deed_that_makes_no_sense_here_is_refused(browser, app, bank, deed, changed):
    claims = deed()
    jws = bank.sign({n: v for n, v in (claims | changed).items() if v is not None})

    refused(push(browser, app, [bank.entry(claims) | {"deed": jws}]))


@abuse("F-13", "J-01")
@pytest.mark.parametrize(
    "how",
    [
        {"typ": "at+jwt"},
        {"kid": "bank-2"},
        {"key": ECKey.generate_key("P-256")},
        {"key": ECKey.generate_key("secp256k1"), "alg": "ES256K"},
    ],
    ids=["type", "kid", "key", "algorithm"],
)
def test_a_deed_that_the_bank_did_not_sign_is_refused(browser, app, bank, deed, how):
    claims = deed()

    refused(push(browser, app, [bank.entry(claims, bank.sign(claims, **how))]))


@asvs("10.4.15")
@abuse("F-13")
def test_one_bit_of_the_signature_is_enough(browser, app, bank, deed):
    claims = deed()
    jws = bank.sign(claims)
    spoilt = jws[:-4] + ("A" if jws[-4] != "A" else "B") + jws[-3:]

    refused(push(browser, app, [bank.entry(claims, spoilt)]))
    refused(push(browser, app, [bank.entry(claims, jws.rpartition(".")[0] + ".")]))


def test_a_deed_stands_alone_and_beside_its_scope(browser, app, bank, deed):
    entry = bank.entry(deed())

    refused(push(browser, app, [entry, bank.entry(deed())]))
    refused(push(browser, app, [entry, READING]))
    refused(push(browser, app, [entry], scope="openid wallet:read"))


def test_a_bank_that_is_away_is_no_reason_to_believe_anybody(browser, app, bank, deed):
    entry = bank.entry(deed())
    bank.away = True

    answer = push(browser, app, [entry])

    assert (answer.status_code, answer.json["error"]) == (503, "temporarily_unavailable")


@rfc("9396", "5")
def test_at_the_authorization_endpoint_the_client_is_told(browser, app, bank, deed):
    entry = bank.entry(deed(), amount=1)

    answer = steps.ask(browser, app, scope=SCOPE, authorization_details=json.dumps([entry]))

    arrived = steps.arrival(answer)
    assert arrived.error == "invalid_authorization_details"
    assert arrived.answer["state"] == "s-1"


def test_details_that_come_twice_are_refused(browser, app, bank, deed):
    twice = [json.dumps([bank.entry(deed())])] * 2

    steps.refused(
        steps.push(browser, app, scope=SCOPE, authorization_details=twice), "invalid_request"
    )


@rfc("9396", "3")
def test_details_stand_in_a_request_object_as_json_or_as_text(browser, server, bank, ana):
    signer = signing.app(server)
    for as_text in (False, True):
        entry = bank.entry(bank.deed(ana.sub, signer.client_id))
        inside = json.dumps([entry]) if as_text else [entry]
        token = signing.request_object(signer, server, scope=SCOPE, authorization_details=inside)
        page = steps.follow(browser, signing.ask(browser, signer, token))
        assert steps.page_of(page) == "login", page.text


@rfc("9396", "6")
def test_of_another_person_nothing_is_approved(browser, app, bank, deed, bia):
    answer = steps.ask(
        browser, app, scope=SCOPE, authorization_details=json.dumps([bank.entry(deed())])
    )

    page = steps.sign_in(browser, steps.follow(browser, answer), bia)

    assert steps.arrival(page).error == "login_required"


def test_where_nobody_may_be_asked_the_client_is_told(browser, app, bank, deed, ana):
    steps.authorize(browser, app, ana, scope=SCOPE)
    asked = {"scope": SCOPE, "prompt": "none"}

    money = json.dumps([bank.entry(deed())])
    for text, error in (
        (money, "interaction_required"),
        (json.dumps([READING]), "consent_required"),
    ):
        answer = steps.ask(browser, app, **asked, authorization_details=text)
        assert steps.arrival(answer).error == error


def read_only(browser, app, ana, **asked):
    """Let Ana allow Cofrinho to read; return the code."""
    details = json.dumps([READING])
    return steps.authorize(browser, app, ana, scope=SCOPE, authorization_details=details, **asked)


@rfc("9396", "7")
@rfc("9396", "9.1")
@rfc("9396", "9.2")
def test_what_may_be_read_is_in_token_answer_and_introspection_and_lasts(browser, app, ana):
    got = steps.exchange(browser, app, read_only(browser, app, ana).code).json
    again = steps.refresh(browser, app, got["refresh_token"]).json

    for answer in (got, again):
        token = answer["access_token"]
        assert answer["authorization_details"] == [READING]
        assert steps.claims_of(token)["authorization_details"] == [READING]
        told = steps.introspect(browser, app, token).json
        assert told["authorization_details"] == [READING]


def test_reading_is_asked_for_each_time(browser, app, ana):
    read_only(browser, app, ana)

    page = steps.ask(browser, app, scope=SCOPE, authorization_details=json.dumps([READING]))

    assert steps.page_of(steps.follow(browser, page)) == "consent"


@rfc("9396", "6")
@rfc("9396", "6.1")
def test_a_token_may_be_for_less_and_never_for_more(browser, app, ana):
    code = read_only(browser, app, ana).code
    less = READING | {"actions": ["balance"], "locations": [f"{BANK}/wallet"]}
    more = (READING | {"until": "2027-01-02"}, {n: READING[n] for n in READING if n != "until"})
    for wide in more:
        refused(steps.exchange(browser, app, code, authorization_details=json.dumps([wide])))

    got = steps.exchange(browser, app, code, authorization_details=json.dumps([less])).json
    renewed = steps.refresh(browser, app, got["refresh_token"]).json

    assert got["authorization_details"] == [less]
    assert renewed["authorization_details"] == [READING]
    wide = json.dumps([more[0]])
    refused(steps.refresh(browser, app, renewed["refresh_token"], authorization_details=wide))
    assert steps.refresh(browser, app, renewed["refresh_token"]).status_code == 200


def test_a_token_for_one_service_carries_what_is_for_it(browser, app, ana):
    reports = READING | {"locations": [f"{BANK}/reports"]}
    asked = {"scope": f"{SCOPE} reports:read", "authorization_details": json.dumps([reports])}
    arrived = steps.authorize(browser, app, ana, **asked)

    got = steps.exchange(browser, app, arrived.code, resource=f"{BANK}/wallet").json

    assert "authorization_details" not in got
    assert "authorization_details" not in steps.claims_of(got["access_token"])


@rfc("9396", "5")
def test_where_nobody_is_asked_there_are_no_details(server, browser, app, ana):
    details = json.dumps([READING])
    television = devices.television(server)
    api = exchanges.api(server, BANK)
    token = steps.tokens(browser, app, ana, scope=SCOPE)["access_token"]

    for answer in (
        steps.post(
            browser,
            app,
            "/oauth/token",
            grant_type="client_credentials",
            scope="wallet:read",
            authorization_details=details,
        ),
        devices.ask(browser, television, authorization_details=details),
        exchanges.exchange(browser, api, token, authorization_details=details),
    ):
        refused(answer)


@behaviour(32, 106)
@rfc("9396", "10")
def test_the_types_are_advertised_each_with_its_schema(browser, server, bank, ana, app):
    for place in ("openid-configuration", "oauth-authorization-server"):
        told = browser.get(f"/.well-known/{place}").json
        assert told["authorization_details_types_supported"] == [*SCOPES, "account_information"]

    for name in told["authorization_details_types_supported"]:
        answer = browser.get(f"/oauth/authorization-details/{name}.json")
        schema = answer.json
        jsonschema.Draft202012Validator.check_schema(schema)
        entry = (
            READING
            if name not in SCOPES
            else bank.entry(bank.deed(ana.sub, app.client_id, type=name, due_date="2026-12-01"))
        )
        jsonschema.validate(entry, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(entry | {"more": 1}, schema)
    assert browser.get("/oauth/authorization-details/gift.json").status_code == 404


def test_a_request_without_details_asks_the_bank_nothing(browser, app, bank, ana):
    steps.tokens(browser, app, ana, scope="openid wallet:read")

    assert bank.asked == 0


def test_the_banks_keys_are_asked_for_once(browser, app, bank, deed):
    for _ in range(3):
        assert push(browser, app, [bank.entry(deed())]).status_code == 201

    assert bank.asked == 1


def test_a_deed_that_was_pushed_in_time_is_no_longer_good_when_it_is_over(browser, app, bank, deed):
    soon = deed(exp=clock.seconds() + 1)
    pushed = push(browser, app, [bank.entry(soon)]).json["request_uri"]

    while clock.seconds() < soon["exp"]:
        pass
    arrived = steps.arrival(steps.open_pushed(browser, app, pushed))

    assert arrived.error == "invalid_authorization_details"


def test_a_public_app_may_ask_as_well(browser, public_app, bank, ana):
    entry = bank.entry(bank.deed(ana.sub, public_app.client_id))

    assert push(browser, public_app, [entry]).status_code == 201


def test_who_may_not_register_for_a_scope_gets_no_deed_of_it(browser, server, bank, ana):
    modest = factories.app(server, scope="openid profile")
    entry = bank.entry(bank.deed(ana.sub, modest.client_id))

    steps.refused(push(browser, modest, [entry], scope="openid wallet:transfer"), "invalid_scope")
