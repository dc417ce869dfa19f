"""An approval does exactly what was approved, once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bank.approving import approved
from tests.support.marks import abuse, asvs, mission, rfc

PRICE = 125_000


@pytest.fixture
def maria(bank):
    return bank.person(money=500_000)


@pytest.fixture
def joana(bank):
    return bank.person(money=1)


def moved(bank, maria):
    return 500_000 - bank.available(maria)


@rfc("9396", "9.1")
@mission("S78", "S79", "S100")
def test_an_approved_transfer_moves_exactly_that(bank, maria, joana):
    shown = approved(bank.transfer(maria, joana, PRICE))

    done = bank.order(maria, {"to": joana, "amount": PRICE}, **shown)

    assert done.status_code == 201
    assert (moved(bank, maria), bank.available(joana)) == (PRICE, PRICE + 1)
    record = bank.rows("SELECT data FROM bank_records WHERE event = 'wallet:transfer:made'")[0][0]
    (entry,) = shown["authorization_details"]
    assert f'"approval":"{entry["transaction_id"]}","approved_by":"passkey"' in record


@abuse("F-14")
def test_it_moves_nothing_twice(bank, maria, joana):
    shown = approved(bank.transfer(maria, joana, PRICE))
    body = {"to": joana, "amount": PRICE}

    first = bank.order(maria, body, **shown)
    again = bank.order(maria, body, **shown)

    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json["code"] == "approval_used"
    assert moved(bank, maria) == PRICE


@abuse("F-14")
def test_of_fifty_who_show_one_approval_at_once_one_moves_money(open_bank):
    bank = open_bank(DATABASE_POOL_SIZE=25)
    maria, joana = bank.person(money=500_000_000), bank.person(money=1)
    shown = approved(bank.transfer(maria, joana, PRICE))
    body = {"to": joana, "amount": PRICE}

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: bank.order(maria, body, **shown), range(50)))

    outcomes = [answer.status_code for answer in answers]
    assert (outcomes.count(201), outcomes.count(409)) == (1, 49)
    assert bank.available(joana) == PRICE + 1


def test_the_same_key_repeats_the_answer_and_not_the_deed(bank, maria, joana):
    shown = approved(bank.transfer(maria, joana, PRICE))
    body = {"to": joana, "amount": PRICE}

    first = bank.order(maria, body, "one", **shown)
    again = bank.order(maria, body, "one", **shown)

    assert (first.json, again.headers["Idempotency-Replayed"]) == (again.json, "true")
    assert moved(bank, maria) == PRICE


@asvs("10.3.2")
@abuse("F-13")
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"amount": PRICE + 1}, "amount"),
        ({"amount": PRICE - 1}, "amount"),
        ({"amount": 19_999}, "amount"),
        ({"currency": "USD"}, None),
        ({"description": "Other"}, "description"),
    ],
)
def test_one_cent_or_word_more_or_less_moves_nothing(bank, maria, joana, changed, told):
    shown = approved(bank.transfer(maria, joana, PRICE))

    answer = bank.order(maria, {"to": joana, "amount": PRICE} | changed, **shown)

    if told:
        assert (answer.status_code, answer.json["code"]) == (403, "approval_mismatch")
        assert answer.json["errors"][0]["field"] == told
    else:
        assert answer.status_code == 422
    assert moved(bank, maria) == 0


@abuse("F-13")
def test_another_payee_is_paid_nothing(bank, maria, joana):
    shown = approved(bank.transfer(maria, joana, PRICE))
    thief = bank.person(money=1)

    answer = bank.order(maria, {"to": thief, "amount": PRICE}, **shown)

    assert answer.json["code"] == "approval_mismatch"
    assert answer.json["errors"][0]["field"] == "payee"
    assert bank.available(thief) == 1


@abuse("F-13")
def test_another_wallet_pays_nothing(bank, maria, joana):
    shown = approved(bank.transfer(maria, joana, PRICE))
    other = bank.person(money=500_000)

    answer = bank.order(other, {"to": joana, "amount": PRICE}, **shown)

    assert answer.json["errors"][0]["field"] == "source"
    assert bank.available(other) == 500_000


@pytest.mark.parametrize(
    "changed",
    [
        *({"amount": float(PRICE)}, {"amount": str(PRICE)}, {"amount": True}, {"payee": None}),
        *({"payee": "x"}, {"digest": None}, {"transaction_id": 1}, {"approved_by": []}),
        *({"expires_at": None}, {"source": 7}),
    ],
)
def test_details_of_another_shape_are_no_approval(bank, maria, joana, changed):
    shown = approved(bank.transfer(maria, joana, PRICE), **changed)

    answer = bank.order(maria, {"to": joana, "amount": PRICE}, **shown)

    assert (answer.status_code, answer.json["code"]) == (403, "approval_mismatch")
    assert moved(bank, maria) == 0


@pytest.mark.parametrize("details", [None, "x", {}, [], [1], [{}], [{"type": "bill_payment"}]])
def test_without_details_of_its_kind_the_deed_is_challenged_again(bank, maria, joana, details):
    answer = bank.order(
        maria, {"to": joana, "amount": PRICE}, acr="phr", authorization_details=details
    )

    assert (answer.status_code, moved(bank, maria)) == (401, 0)


@asvs("6.8.4", "10.3.4")
@rfc("9470", "5")
@pytest.mark.parametrize("acr", [None, "urn:brasil:openbanking:loa2", "phr2"])
def test_a_level_too_low_approves_nothing(bank, maria, joana, acr):
    shown = approved(bank.transfer(maria, joana, PRICE)) | {"acr": acr}

    answer = bank.order(maria, {"to": joana, "amount": PRICE}, **shown)

    assert answer.json["errors"][0]["field"] == "acr"
    assert moved(bank, maria) == 0


def test_an_approval_is_over_when_its_deed_is(held_clock, bank, maria, joana):
    shown = approved(bank.transfer(maria, joana, PRICE))
    body = {"to": joana, "amount": PRICE}
    held_clock.shift(600)

    late = bank.order(maria, body, **shown)

    assert (late.status_code, late.json["code"]) == (403, "approval_expired")
    held_clock.shift(-2)
    assert bank.order(maria, body, **shown).status_code == 201


def test_an_approval_begins_the_count_of_deeds_anew(bank, maria, joana):
    for _ in range(5):
        assert bank.transfer(maria, joana, 100).status_code == 201
    challenge = bank.transfer(maria, joana, 100)
    assert [one["code"] for one in challenge.json["errors"]] == ["cumulative_count"]

    done = bank.order(maria, {"to": joana, "amount": 100}, **approved(challenge))

    assert done.status_code == 201
    assert [bank.transfer(maria, joana, 100).status_code for _ in range(5)] == [201] * 5


def test_who_was_paid_with_approval_is_known_from_then_on(open_bank):
    bank = open_bank(STEP_UP_FIRST_PAYEE=True)
    maria, joana = bank.person(money=500_000), bank.person(money=1)
    challenge = bank.transfer(maria, joana, 100)

    bank.order(maria, {"to": joana, "amount": 100}, **approved(challenge))

    assert bank.transfer(maria, joana, 200).status_code == 201
    assert bank.transfer(joana, maria, 100).status_code == 401
