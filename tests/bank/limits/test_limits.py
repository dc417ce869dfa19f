"""Limits: lowered at once, raised after a wait, kept by many at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time

import pytest

from app.bank.limits import periods, spending
from app.foundation import clock
from tests.bank.approving import approved
from tests.bank.atm.cash import Cash
from tests.support.marks import abuse, asvs, mission, rfc

SCOPE = "wallet:read wallet:transfer wallet:limits"
HIGH = 10**12
OPEN = {
    "STEP_UP_FROM_MINOR": HIGH,
    "STEP_UP_CUMULATIVE_MINOR": HIGH,
    "STEP_UP_CUMULATIVE_COUNT": 10**6,
}


@pytest.fixture
def limited(open_bank):
    """A bank whose house limits are low, and that asks for no approval."""
    return open_bank(**OPEN, LIMIT_DEED_MINOR=1_000, LIMIT_DAY_MINOR=2_500, LIMIT_NIGHT_MINOR=2_500)


def settle(bank, sub, body, **claims):
    return bank.ask("PUT", "/wallet/me/limits", sub, body, scope=SCOPE, **claims)


def fresh():
    return {"acr": "phr", "auth_time": clock.seconds()}


@asvs("2.3.2")
def test_a_deed_above_the_limit_is_refused_with_the_limit(limited):
    maria, joana = limited.person(money=10_000), limited.person(money=1)

    refused = limited.transfer(maria, joana, 1_001)

    assert (refused.status_code, refused.json["code"]) == (422, "limit_exceeded")
    assert refused.json["errors"][0]["code"] == "deed_limit"
    assert refused.json["limit"] == {"name": "deed", "amount": 1_000, "left": 1_000}
    assert limited.transfer(maria, joana, 1_000).status_code == 201


def test_a_day_has_its_sum_and_the_next_begins_anew(held_clock, limited):
    held_clock.shift((15 * 3600 - clock.seconds()) % 86_400)  # noon in São Paulo
    maria, joana = limited.person(money=10_000), limited.person(money=1)
    assert [limited.transfer(maria, joana, 1_000).status_code for _ in range(2)] == [201, 201]

    refused = limited.transfer(maria, joana, 501)

    assert refused.json["limit"] == {"name": "day", "amount": 2_500, "left": 500}
    assert limited.transfer(maria, joana, 500).status_code == 201
    held_clock.shift(8 * 3600)  # eight in the evening: the night has a sum of its own
    assert limited.transfer(maria, joana, 1_000).status_code == 201
    held_clock.shift(5 * 3600)  # past midnight it is still the same night
    assert limited.transfer(maria, joana, 1_000).status_code == 201
    assert limited.transfer(maria, joana, 501).json["limit"]["name"] == "night"
    held_clock.shift(5 * 3600)
    assert limited.transfer(maria, joana, 1_000).status_code == 201


@asvs("2.3.2")
@abuse("F-17")
def test_many_at_once_do_not_pass_the_limit(open_bank):
    bank = open_bank(**OPEN, LIMIT_DAY_MINOR=1_000, LIMIT_NIGHT_MINOR=1_000, DATABASE_POOL_SIZE=15)
    maria, joana = bank.person(money=10_000), bank.person(money=1)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: bank.transfer(maria, joana, 600), range(10)))

    outcomes = [answer.status_code for answer in answers]
    assert (outcomes.count(201), outcomes.count(422)) == (1, 9)
    assert bank.available(joana) == 601


def test_cash_that_was_not_taken_counts_nothing(held_clock, open_bank):
    held_clock.shift((15 * 3600 - clock.seconds()) % 86_400)  # noon in São Paulo
    cash = Cash(open_bank(LIMIT_DAY_MINOR=20_000))
    cash.terminal()
    maria = cash.bank.person(money=100_000)

    cash.cancel(maria, cash.voucher(maria, 20_000)["withdrawalId"])
    left = cash.voucher(maria, 20_000)
    held_clock.shift(3600)
    paid = cash.validate(cash.voucher(maria, 20_000)["code"]).json
    cash.dispense(paid["dispenseId"], "failed")
    last = cash.validate(cash.voucher(maria, 20_000)["code"])

    assert cash.show(maria, left["withdrawalId"]).json["state"] == "expired"
    assert last.status_code == 200
    assert cash.order(maria, 1_000).json["limit"] == {"name": "day", "amount": 20_000, "left": 0}


def test_what_is_counted_as_night_begins_is_given_back_of_that_day(
    held_clock, open_bank, monkeypatch
):
    held_clock.shift((15 * 3600 - clock.seconds()) % 86_400 + 8 * 3600 - 60)  # a minute to eight
    cash = Cash(open_bank(LIMIT_DAY_MINOR=20_000))
    maria = cash.bank.person(money=100_000)
    count = spending.count

    def slowly(*told):
        counted = count(*told)
        held_clock.shift(60)
        return counted

    challenge = cash.order(maria, 20_000)
    monkeypatch.setattr(spending, "count", slowly)
    made = cash.order(maria, 20_000, **approved(challenge)).json

    cash.cancel(maria, made["withdrawalId"])

    kept = cash.bank.rows("SELECT spent_minor FROM wallet_spending")
    assert kept == [(0,)]


def test_a_refused_deed_counts_nothing(limited):
    maria, joana = limited.person(money=10_000), limited.person(money=1)

    for _ in range(5):
        assert limited.transfer(maria, joana, 1_001).status_code == 422

    assert limited.transfer(maria, joana, 1_000).status_code == 201


@mission("S100")
def test_a_limit_is_lowered_at_once_by_whoever_is_here(limited):
    maria, joana = limited.person(money=10_000), limited.person(money=1)

    lowered = settle(limited, maria, {"deed": 100})

    assert lowered.json["limits"] == {"deed": 100, "day": 2_500, "night": 2_500}
    assert "next" not in lowered.json
    assert limited.transfer(maria, joana, 101).status_code == 422
    told = limited.rows("SELECT data FROM bank_records WHERE event = 'wallet:limits:changed'")
    assert told == [('{"limits":{"deed":100},"raises":false}',)]


@rfc("9470", "3")
@pytest.mark.parametrize("claims", [{}, {"acr": "phr"}, {"acr": "phr", "auth_time": 1}])
def test_a_limit_is_raised_only_by_who_was_here_surely_a_moment_ago(limited, claims):
    maria = limited.person(money=10_000)

    refused = settle(limited, maria, {"deed": 2_000}, **claims)

    assert refused.status_code == 401
    assert refused.json["code"] == "insufficient_user_authentication"
    assert 'acr_values="phr urn:brasil:openbanking:loa3"' in refused.headers["WWW-Authenticate"]


def test_a_raised_limit_holds_a_day_later(held_clock, limited):
    maria, joana = limited.person(money=10_000), limited.person(money=1)

    raised = settle(limited, maria, {"deed": 2_000, "day": 9_000}, **fresh())

    assert raised.json["limits"]["deed"] == 1_000
    assert raised.json["next"]["deed"] == 2_000
    held_clock.shift(24 * 3600 - 1)
    assert limited.transfer(maria, joana, 1_001).status_code == 422
    held_clock.shift(1)
    assert limited.transfer(maria, joana, 1_001).status_code == 201


def test_what_was_raised_is_taken_back_by_whoever_is_here(held_clock, limited):
    maria, joana = limited.person(money=10_000), limited.person(money=1)
    settle(limited, maria, {"deed": 2_000}, **fresh())

    kept = limited.ask("DELETE", "/wallet/me/limits/next", maria, scope=SCOPE)

    assert "next" not in kept.json
    held_clock.shift(48 * 3600)
    assert limited.transfer(maria, joana, 1_001).status_code == 422


def test_lowering_one_leaves_what_was_raised_of_another_to_come(held_clock, limited):
    maria = limited.person(money=10_000)
    settle(limited, maria, {"day": 5_000}, **fresh())
    held_clock.shift(23 * 3600)

    lowered = settle(limited, maria, {"deed": 500}).json

    assert lowered["limits"] == {"deed": 500, "day": 2_500, "night": 2_500}
    assert lowered["next"]["day"] == 5_000
    held_clock.shift(3600)
    later = limited.ask("GET", "/wallet/me/limits", maria, scope=SCOPE).json
    assert later["limits"] == {"deed": 500, "day": 5_000, "night": 2_500}


@mission("S111")
def test_the_owner_hears_of_every_change(limited):
    maria = limited.person(money=10_000)

    settle(limited, maria, {"deed": 500, "day": 5_000}, **fresh())

    told = limited.rows("SELECT notice, data FROM bank_notices ORDER BY notice")
    told = [(notice, json.loads(data)) for notice, data in told]
    assert [(notice, data["limit"], data["amount"]) for notice, data in told] == [
        ("limit_changed", "deed", 500),
        ("limit_rising", "day", 5_000),
    ]


def test_lowering_one_and_raising_another_each_goes_its_own_way(limited):
    maria = limited.person(money=10_000)

    both = settle(limited, maria, {"deed": 500, "day": 5_000}, **fresh()).json

    assert both["limits"] == {"deed": 500, "day": 2_500, "night": 2_500}
    assert {name: both["next"][name] for name in ("deed", "day")} == {"deed": 500, "day": 5_000}


@abuse("F-03")
@pytest.mark.parametrize(
    "body",
    [
        *({}, {"deed": -1}, {"deed": 1.0}, {"deed": "1"}, {"deed": True}, {"deed": 10**13}),
        *({"deed": None}, {"week": 1}),
    ],
)
def test_a_limit_that_is_none_is_refused_by_its_name(limited, body):
    maria = limited.person(money=10_000)

    refused = settle(limited, maria, body)

    assert (refused.status_code, refused.json["code"]) == (400, "invalid_request")
    assert refused.json["errors"][0]["field"] in {"deed", "week"}


def test_who_has_no_wallet_has_no_limits(limited):
    assert settle(limited, limited.person(), {"deed": 1}).status_code == 404


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("2026-01-15T05:59:59", "2026-01-14 night"),
        ("2026-01-15T06:00:00", "2026-01-15"),
        ("2026-01-15T19:59:59", "2026-01-15"),
        ("2026-01-15T20:00:00", "2026-01-15 night"),
        ("2026-01-16T00:00:00", "2026-01-15 night"),
    ],
)
def test_a_night_belongs_to_the_day_it_begins_on(at, name):
    told, at_night = periods.name_of(datetime.fromisoformat(at), time(20), time(6))

    assert (told, at_night) == (name, "night" in name)


def test_where_both_hours_are_the_same_there_is_no_night():
    moment = datetime.fromisoformat("2026-01-15T03:00:00")

    assert periods.name_of(moment, time(0), time(0)) == ("2026-01-15", False)
