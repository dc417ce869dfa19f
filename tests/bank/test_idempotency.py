"""``Idempotency-Key``: the same question gets the same answer, and does its deed once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.marks import abuse, mission


@mission("S100")
def test_the_same_question_gets_the_same_answer_and_moves_money_once(bank):
    maria, joana = bank.person(money=1_000), bank.person(money=1)

    first = bank.transfer(maria, joana, 100, key="k")
    again = bank.transfer(maria, joana, 100, key="k")

    assert (again.status_code, again.data) == (201, first.data)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert bank.available(maria) == 900


def test_the_order_of_fields_makes_no_other_question(bank):
    maria, joana = bank.person(money=1_000), bank.person(money=1)
    body = b'{"amount": 100,   "to": "%s"}' % joana.encode()

    bank.transfer(maria, joana, 100, key="k")
    again = bank.order(maria, body, key="k")

    assert again.headers["Idempotency-Replayed"] == "true"


@abuse("F-07")
@mission("S100")
def test_the_same_key_with_another_body_is_a_conflict(bank):
    maria, joana, ana = bank.person(money=1_000), bank.person(money=1), bank.person(money=1)
    bank.transfer(maria, joana, 100, key="k")

    others = [bank.transfer(maria, joana, 101, key="k"), bank.transfer(maria, ana, 100, key="k")]

    assert [other.status_code for other in others] == [409, 409]
    assert others[0].json["code"] == "idempotency_key_reused"
    assert bank.available(maria) == 900


@abuse("F-07")
@mission("S101")
def test_the_same_key_for_another_wallet_is_a_conflict(bank):
    maria, joana = bank.person(money=1), bank.person(money=1)
    token = bank.token("agency", client_id="agency", scope="wallet:deposit")
    shown = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}

    def deposit(owner):
        told = {"amount": 100, "reference": "batch"}
        return bank.app.test_client().post(f"/wallet/{owner}/deposit", headers=shown, json=told)

    first, other, again = deposit(maria), deposit(joana), deposit(maria)

    assert (first.status_code, again.json) == (201, first.json)
    assert (other.status_code, other.json["code"]) == (409, "idempotency_key_reused")
    assert (bank.available(maria), bank.available(joana)) == (101, 1)


def test_ones_own_wallet_by_another_name_makes_no_other_question(bank):
    maria, joana = bank.person(money=1_000), bank.person(money=1)
    first = bank.transfer(maria, joana, 100, key="k")
    shown = {"Authorization": f"Bearer {bank.token(maria)}", "Idempotency-Key": "k"}

    again = bank.app.test_client().post(
        f"/wallet/{maria}/transfer", headers=shown, json={"to": joana, "amount": 100}
    )

    assert (again.status_code, again.json) == (201, first.json)
    assert bank.available(maria) == 900


def test_a_key_is_its_persons_own(bank):
    maria, joana = bank.person(money=1_000), bank.person(money=1_000)

    hers = bank.transfer(maria, joana, 100, key="k")
    theirs = bank.transfer(joana, maria, 100, key="k")

    assert (hers.status_code, theirs.status_code) == (201, 201)
    assert hers.json["transferId"] != theirs.json["transferId"]


def test_a_refused_deed_leaves_its_key_free(bank):
    maria, joana = bank.person(money=50), bank.person(money=1)
    first = bank.transfer(maria, joana, 100, key="k").status_code
    bank.fund(maria, 100)

    assert (first, bank.transfer(maria, joana, 100, key="k").status_code) == (422, 201)


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "k" * 256])
def test_money_does_not_move_without_a_usable_key(bank, key):
    maria, joana = bank.person(money=50), bank.person(money=1)
    shown = {"Authorization": f"Bearer {bank.token(maria)}"} | (
        {"Idempotency-Key": key} if key else {}
    )

    answer = bank.app.test_client().post(
        "/wallet/me/transfer", headers=shown, json={"to": joana, "amount": 1}
    )

    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_required")
    assert bank.available(maria) == 50


@pytest.mark.parametrize("key", ["k", "k" * 255, '"8e03978e-40d5-43e8-bc93-6894a57f9324"'])
def test_any_visible_ascii_is_a_key(bank, key):
    maria, joana = bank.person(money=50), bank.person(money=1)

    assert bank.transfer(maria, joana, 1, key=key).status_code == 201


def test_a_repeated_question_needs_a_live_token_too(open_bank):
    bank = open_bank(INTROSPECTION_CACHE_SECONDS=0)
    maria, joana = bank.person(money=50), bank.person(money=1)
    bank.transfer(maria, joana, 1, key="k")
    bank.issuer.wire.cut = True

    assert bank.transfer(maria, joana, 1, key="k").status_code == 503


@abuse("F-04", "F-07")
@mission("S100")
def test_fifty_at_once_with_one_key_do_one_deed_and_hear_one_answer(generous):
    maria, joana = generous.person(money=1_000), generous.person(money=1)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: generous.transfer(maria, joana, 100, key="k"), range(50)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert generous.available(maria) == 900
    assert generous.adds_up()


@abuse("F-07")
def test_fifty_at_once_with_one_key_and_two_bodies_do_one_deed(generous):
    maria, joana = generous.person(money=1_000), generous.person(money=1)

    with ThreadPoolExecutor(50) as pool:
        answers = list(
            pool.map(lambda n: generous.transfer(maria, joana, 100 + n % 2, key="k"), range(50))
        )

    outcomes = [answer.status_code for answer in answers]
    assert (outcomes.count(201), outcomes.count(409)) == (25, 25)
    assert generous.available(maria) in {900, 899}
