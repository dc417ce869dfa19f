"""What a wallet holds, and who may see it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import event

from app.bank.database import db
from tests.support.marks import abuse, mission, rfc


@mission("S98", "S99", "A13-10")
def test_a_person_sees_what_the_wallet_holds(bank):
    maria = bank.person(money=12_500)

    answer = bank.balance(maria)

    told = answer.json
    assert answer.status_code == 200
    assert datetime.fromisoformat(told.pop("asOf")).utcoffset().total_seconds() == 0
    assert told == {"userId": maria, "currency": "BRL", "available": 12_500, "held": 0}


@mission("S99")
def test_a_wallet_opens_at_its_owners_first_visit(bank):
    maria = bank.person()

    first, second = bank.balance(maria), bank.balance(maria)

    assert [first.json["available"], second.json["available"]] == [0, 0]
    opened = bank.rows("SELECT actor, event FROM bank_records")
    assert opened == [(maria, "wallet:account:opened")]


def test_fifty_first_visits_open_one_wallet(generous):
    maria = generous.person()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: generous.balance(maria, user_id=7), range(50)))

    assert {answer.status_code for answer in answers} == {200}
    assert len(generous.rows("SELECT id FROM wallets")) == 1
    assert len(generous.rows("SELECT seq FROM bank_records")) == 1


def test_a_wallet_is_found_by_sub_by_number_and_by_me(bank):
    maria = bank.person(money=5)

    found = [bank.balance(maria, path, user_id=42) for path in ("me", maria, "42")]

    assert [answer.json["available"] for answer in found] == [5, 5, 5]
    assert {answer.json["userId"] for answer in found} == {maria}


@abuse("F-01")
@mission("S99")
def test_anothers_wallet_is_forbidden(bank):
    maria, joana = bank.person(money=5), bank.person(money=7)

    for path in (joana, "43", "0", "-1", joana.upper(), "ME", "%00", "9" * 30):
        answer = bank.balance(maria, path, user_id=42)
        assert answer.status_code in {400, 403}
        assert "available" not in answer.get_data(as_text=True)


@rfc("6750", "3.1")
def test_without_the_scope_the_balance_is_not_told(bank):
    answer = bank.balance(bank.person(), scope="wallet:transfer openid")

    assert answer.status_code == 403
    assert answer.json["code"] == "insufficient_scope"
    assert 'scope="wallet:read"' in answer.headers["WWW-Authenticate"]


@mission("S11", "S134")
@abuse("F-16")
@rfc("8707", "2")
@pytest.mark.parametrize(
    ("room", "status"), [("", 200), ("/wallet", 200), ("/atm", 401), ("/", 401), ("x", 401)]
)
def test_the_wallet_takes_tokens_for_the_bank_or_for_itself(bank, room, status):
    audience = bank.app.config["BANK_AUDIENCE"] + room

    assert bank.balance(bank.person(), aud=audience).status_code == status


@abuse("M-15")
def test_a_token_that_ended_sees_nothing(open_bank):
    bank = open_bank(INTROSPECTION_CACHE_SECONDS=0)
    token = bank.token(bank.person())
    shown = {"Authorization": f"Bearer {token}"}
    before = bank.app.test_client().get("/wallet/me/balance", headers=shown)
    bank.issuer.end(token)

    after = bank.app.test_client().get("/wallet/me/balance", headers=shown)

    assert (before.status_code, after.status_code) == (200, 401)
    assert after.json["code"] == "invalid_token"


def test_a_number_learned_at_a_visit_is_kept_and_never_taken_from_another(bank):
    maria, joana = bank.person(money=5), bank.person(money=5)

    bank.balance(maria, user_id=42)
    bank.balance(joana, user_id=42)
    bank.balance(maria, user_id=43)

    numbers = bank.rows("SELECT owner_sub, owner_user_id FROM wallets WHERE kind = 'person'")
    assert sorted(numbers, key=str) == sorted([(maria, 42), (joana, None)], key=str)


def test_a_balance_costs_one_statement(bank, monkeypatch):
    maria = bank.person(money=5)
    bank.balance(maria)
    asked = []
    with bank.app.app_context():
        listen = (db.engine, "before_cursor_execute", lambda *_: asked.append(1))
    event.listen(*listen)
    store = bank.app.extensions["hot_bank"]
    monkeypatch.setattr(
        store, "run", lambda *given: asked.append(1) or type(store).run(store, *given)
    )

    bank.balance(maria)

    event.remove(*listen)
    assert len(asked) == 1
