"""When a deed needs its owner's approval: alone, together, and in parallel."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.bank.deeds.approval import Limits, reasons
from tests.support.marks import abuse, asvs, mission, rfc


def why(answer):
    assert answer.status_code == 401
    assert answer.json["code"] == "insufficient_user_authentication"
    return {one["code"] for one in answer.json["errors"]}


@asvs("7.5.3")
@rfc("9470", "3")
@mission("S100")
def test_at_the_limit_the_answer_is_a_challenge_and_nothing_moves(bank):
    maria, joana = bank.person(money=100_000), bank.person(money=1)

    answer = bank.transfer(maria, joana, 20_000)

    assert why(answer) == {"amount"}
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer error="insufficient_user_authentication"')
    assert 'acr_values="phr urn:brasil:openbanking:loa3"' in challenge
    assert 'max_age="300"' in challenge
    assert answer.content_type == "application/problem+json"
    assert (bank.available(maria), bank.available(joana)) == (100_000, 1)
    assert bank.rows("SELECT person FROM bank_idempotency_keys") == []


def test_below_the_limit_no_approval_is_needed(bank):
    maria, joana = bank.person(money=100_000), bank.person(money=1)

    assert bank.transfer(maria, joana, 19_999).status_code == 201


@mission("S100")
def test_slices_do_not_slip_under_the_limit(bank):
    maria, joana = bank.person(money=100_000), bank.person(money=1)

    passed = [bank.transfer(maria, joana, 19_000).status_code for _ in range(2)]
    third = bank.transfer(maria, joana, 19_000)
    rest = bank.transfer(maria, joana, 12_000).status_code

    assert passed == [201, 201]
    assert why(third) == {"cumulative_amount"}
    assert rest == 201
    assert bank.available(maria) == 50_000


def test_many_small_deeds_need_approval_too(bank):
    maria, joana = bank.person(money=100_000), bank.person(money=1)

    passed = [bank.transfer(maria, joana, 1).status_code for _ in range(5)]

    assert passed == [201] * 5
    assert why(bank.transfer(maria, joana, 1)) == {"cumulative_count"}


def test_what_one_receives_is_no_deed(bank):
    maria, joana = bank.person(money=100_000), bank.person(money=1)

    for _ in range(5):
        bank.transfer(maria, joana, 100)

    assert bank.transfer(joana, maria, 100).status_code == 201


def test_what_cannot_be_paid_is_not_put_up_for_approval(bank):
    maria, joana = bank.person(money=100), bank.person(money=1)

    assert bank.transfer(maria, joana, 20_000).json["code"] == "insufficient_funds"


@abuse("F-17")
def test_in_parallel_the_sum_is_kept(open_bank):
    bank = open_bank(DATABASE_POOL_SIZE=25, STEP_UP_CUMULATIVE_COUNT=1000)
    maria, joana = bank.person(money=1_000_000), bank.person(money=1)

    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: bank.transfer(maria, joana, 10_000), range(30)))

    outcomes = [answer.status_code for answer in answers]
    assert (outcomes.count(201), outcomes.count(401)) == (5, 25)
    assert bank.available(maria) == 950_000


@abuse("F-17")
def test_in_parallel_the_count_is_kept(open_bank):
    bank = open_bank(DATABASE_POOL_SIZE=25)
    maria, joana = bank.person(money=1_000_000), bank.person(money=1)

    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: bank.transfer(maria, joana, 1), range(30)))

    outcomes = [answer.status_code for answer in answers]
    assert (outcomes.count(201), outcomes.count(401)) == (5, 25)


@pytest.mark.parametrize(
    ("minor", "count", "amount", "expected"),
    [
        (0, 0, 99, set()),
        (0, 0, 100, {"amount"}),
        (201, 1, 99, set()),
        (202, 1, 99, {"cumulative_amount"}),
        (0, 2, 1, set()),
        (0, 3, 1, {"cumulative_count"}),
        (300, 3, 100, {"amount", "cumulative_amount", "cumulative_count"}),
    ],
)
def test_the_limits_hold_at_their_edges(minor, count, amount, expected):
    found = reasons(Limits(100, 300, 3), minor, count, amount)

    assert {one["code"] for one in found} == expected
