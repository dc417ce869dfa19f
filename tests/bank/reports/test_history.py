"""The history of a wallet: who may see it, what is in it, page by page."""

import base64
import hmac
import struct
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.marks import abuse, mission, rfc


@mission("S113", "S114")
def test_a_person_sees_what_came_and_went_the_last_first(reports):
    bank = reports.bank
    maria, joana = bank.person(money=10_000), bank.person(money=500)
    sent = bank.transfer(maria, joana, 1_250, description="Pão de queijo").json
    bank.transfer(joana, maria, 300)

    told = reports.ask(maria).json

    assert (told["userId"], told["currency"], told["next"]) == (maria, "BRL", None)
    assert told["timeZone"] == "America/Sao_Paulo"
    back, out, first = told["items"]
    assert (back["type"], back["direction"], back["amount"]) == ("transfer", "in", 300)
    assert out | {"createdAt": "", "id": sent["transferId"]} == {
        "id": sent["transferId"],
        "type": "transfer",
        "direction": "out",
        "amount": 1_250,
        "currency": "BRL",
        "counterparty": {"id": joana},
        "description": "Pão de queijo",
        "status": "completed",
        "balanceAfter": 8_750,
        "createdAt": "",
    }
    assert out["createdAt"] == sent["createdAt"]
    assert datetime.fromisoformat(out["createdAt"]).utcoffset() == timedelta()
    assert (first["type"], first["counterparty"], first["balanceAfter"]) == ("funding", {}, 10_000)
    assert back["balanceAfter"] == 9_050 == bank.available(maria)


def test_who_never_had_a_wallet_has_no_history_and_is_given_no_wallet(reports):
    told = reports.ask(reports.bank.person())

    assert (told.status_code, told.json["items"], told.json["next"]) == (200, [], None)
    assert reports.bank.rows("SELECT id FROM wallets") == []


@abuse("F-01")
@mission("S114")
@pytest.mark.parametrize(
    ("what", "more"),
    [("transactions", ""), ("usage", ""), ("trends", ""), ("statements", "/2026-11")],
)
def test_anothers_reports_are_forbidden(reports, what, more):
    bank = reports.bank
    maria, joana = bank.person(money=5, user_id=42), bank.person(money=7, user_id=43)
    number = {"user_id": 42}

    for mine in ("me", maria, "42"):
        assert reports.ask(maria, what, mine, more, claims=number).json["userId"] == maria
    for path in (joana, "43", "0", "-1", joana.upper(), "ME", "%00", "9" * 30):
        answer = reports.ask(maria, what, path, more, claims=number)
        assert answer.status_code in {400, 403}
        assert joana not in answer.get_data(as_text=True)


@rfc("6750", "3.1")
@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"scope": "wallet:read"}, 403),
        ({"aud": "http://localhost:3000/bank/wallet"}, 401),
        ({"aud": "http://localhost:3000/bank/reports"}, 200),
    ],
)
def test_reports_need_their_own_scope_and_audience(reports, claims, status):
    assert reports.ask(reports.bank.person(), claims=claims).status_code == status


@mission("S114")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"direction": "in"}, [300, 10_000]),
        ({"direction": "out"}, [40, 1_250]),
        ({"type": "transfer"}, [40, 300, 1_250]),
        ({"type": "funding,bill"}, [10_000]),
        ({"type": "bill"}, []),
        ({"min": 300, "max": 1_250}, [300, 1_250]),
        ({"q": "queijo"}, [1_250]),
        ({"q": "PÃO DE"}, [1_250]),
        ({"q": "%"}, [300]),
        ({"q": "_"}, []),
        ({"from": "2026-11-20", "to": "2026-11-20"}, [40, 300, 1_250, 10_000]),
        ({"from": "2026-11-21"}, []),
        ({"to": "2026-11-19"}, []),
    ],
)
def test_a_filter_shows_what_was_asked_and_nothing_else(reports, held_clock, query, found):
    bank = reports.bank
    maria, joana = bank.person(money=10_000), bank.person(money=500)
    for whose, to, amount, words in (
        (maria, joana, 1_250, "Pão de queijo"),
        (joana, maria, 300, "10% de desconto"),
        (maria, joana, 40, ""),
    ):
        held_clock.shift(1)
        bank.transfer(whose, to, amount, description=words)

    told = reports.ask(maria, **query).json["items"]

    assert [item["amount"] for item in told] == found
    with_balance = not query.keys() - {"from", "to"}
    assert {"balanceAfter" in item for item in told} <= {with_balance}


@pytest.mark.parametrize(
    ("what", "more", "query", "name"),
    [
        *(
            ("transactions", "", {name: value}, name)
            for name, value in [
                ("from", "yesterday"),
                ("from", "2026-02-30"),
                ("from", "0001-01-01"),
                ("from", "20261101"),
                ("to", "2026-11-01T00:00:00Z"),
                ("to", "9999-12-31"),
                ("type", "Transfer"),
                ("type", "a,,b"),
                ("type", "x' OR '1'='1"),
                ("direction", "sideways"),
                ("min", "-1"),
                ("min", "0"),
                ("min", "1.5"),
                ("max", "1e3"),
                ("max", "NaN"),
                ("max", str(2**63)),
                ("max", "٣"),
                ("q", ""),
                ("q", "x" * 141),
                ("q", "\u202e"),
                ("limit", "0"),
                ("limit", "201"),
                ("limit", "ten"),
                ("format", "xml"),
                ("cursor", "x"),
                ("cursor", "A" * 32),
                ("cursor", ""),
                ("sort", "amount"),
                ("From", "2026-11-01"),
            ]
        ),
        ("transactions", "", {"from": "2026-11-02", "to": "2026-11-01"}, "to"),
        ("transactions", "", {"min": 2, "max": 1}, "max"),
        ("transactions", "", {"limit": ["1", "2"]}, "limit"),
        ("usage", "", {"from": "2026-13"}, "from"),
        ("usage", "", {"from": "2026-02", "to": "2026-01"}, "to"),
        ("usage", "", {"from": "2020-01", "to": "2026-01"}, "from"),
        ("trends", "", {"by": "year"}, "by"),
        ("trends", "", {"by": "month", "periods": 37}, "periods"),
        ("statements", "/2026-11", {"q": "x"}, "q"),
    ],
)
def test_what_cannot_be_asked_is_named(reports, what, more, query, name):
    answer = reports.ask(reports.bank.person(), what, more=more, **query)

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_request")
    assert [error["field"] for error in answer.json["errors"]] == [name]


def test_everything_wrong_is_told_at_once(reports):
    answer = reports.ask(reports.bank.person(), min=0, limit=0, from_="x", nothing=1)

    assert {error["field"] for error in answer.json["errors"]} == {
        "min",
        "limit",
        "from",
        "nothing",
    }


def test_a_cursor_is_good_for_its_own_wallet_as_it_was_given(reports):
    maria, joana = reports.bank.person(money=5), reports.bank.person(money=5)
    for whose in (maria, joana):
        reports.past(whose, 4)
    cursor = reports.ask(maria, limit=2).json["next"]
    altered = [
        cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :] for at in range(32)
    ]

    assert reports.ask(maria, cursor=cursor).status_code == 200
    assert reports.ask(joana, cursor=cursor).status_code == 400
    assert {reports.ask(maria, cursor=each).status_code for each in altered} == {400}


@abuse("F-03")
@pytest.mark.parametrize("place", [(2**62, 1), (0, 2**64 - 1), (-(2**62), 0)])
def test_who_knows_the_wallets_id_makes_no_cursor_of_their_own(reports, place):
    maria = reports.bank.person(money=5)
    [[wallet]] = reports.bank.rows("SELECT id FROM wallets WHERE owner_sub = :sub", sub=maria)
    packed = struct.pack(">qQ", *place)
    signed = hmac.digest(wallet.encode(), f"history {packed.hex()}".encode(), "sha256")
    cursor = base64.urlsafe_b64encode(packed + signed[:8]).decode()

    answer = reports.ask(maria, cursor=cursor)

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (400, "cursor")


@mission("S114", "A13-16")
@pytest.mark.parametrize("limit", [1, 3, 200])
def test_pages_put_together_are_the_whole(reports, limit):
    maria = reports.bank.person(money=50)
    names = reports.past(maria, 12)

    found = reports.all_of(maria, limit=limit)

    made = [item for item in found if item["type"] == "transfer"]
    assert [item["id"] for item in made] == names[::-1]
    assert len(found) == 13


def test_movements_of_one_moment_are_each_shown_once(reports, held_clock):
    bank = reports.bank
    maria, joana = bank.person(money=50), bank.person(money=1)
    made = [bank.transfer(maria, joana, 1).json["transferId"] for _ in range(7)]

    found = reports.all_of(maria, limit=2)

    assert [item["id"] for item in found[:-1]] == made[::-1]
    assert [item["balanceAfter"] for item in found] == [43, 44, 45, 46, 47, 48, 49, 50]


@mission("S114")
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(0, 7), steps=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3))))
def test_whatever_is_posted_between_pages_what_was_there_is_shown_once(reports, first, steps):
    bank = reports.bank
    maria, joana = bank.person(money=100), bank.person(money=1_000)
    there = [bank.transfer(maria, joana, 1).json["transferId"] for _ in range(first)]
    shown, cursor = [], {}

    for limit, posted in [*steps, (5, 0), (200, 0)]:
        told = reports.ask(maria, limit=limit, **cursor).json if cursor is not None else None
        if told:
            shown += [item["id"] for item in told["items"] if item["type"] == "transfer"]
            cursor = {"cursor": told["next"]} if told["next"] else None
        for _ in range(posted):
            bank.transfer(joana, maria, 1)

    assert [name for name in shown if name in there] == there[::-1]
    assert len(shown) == len(set(shown))


@mission("S114")
def test_paging_while_money_moves_shows_nothing_twice_and_loses_nothing(reports):
    bank = reports.bank
    maria, joana = bank.person(money=1_000), bank.person(money=1_000)
    before = reports.past(maria, 40)
    made = []

    def move(n):
        pair = (maria, joana) if n % 2 else (joana, maria)
        made.append(bank.transfer(*pair, 1, key=uuid.uuid4().hex).json["transferId"])

    with ThreadPoolExecutor(3) as pool:
        moving = pool.map(move, range(30))
        walks = [[item["id"] for item in reports.all_of(maria, limit=4)] for _ in range(3)]
        list(moving)

    for walk in walks:
        assert len(walk) == len(set(walk))
        assert [name for name in walk if name in set(before)] == before[::-1]
    whole = reports.all_of(maria, limit=4)
    assert {item["id"] for item in whole} >= set(before) | set(made)
    assert whole[0]["balanceAfter"] == bank.available(maria)
