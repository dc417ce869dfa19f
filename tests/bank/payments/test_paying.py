"""Bills and phone credit: ordered, held, carried out once, and told of."""

import pytest

from tests.bank.payments.boletos_made import of_bank, of_collection
from tests.support.marks import abuse, mission

BARCODE, LINE = of_bank(amount=12_345)
TOPUP = {"phone": "(11) 98765-4321", "carrier": "vivo", "amount": 2_000}


@mission("S102", "S103", "A13-12")
@pytest.mark.parametrize(
    "body", [{"barcode": BARCODE}, {"line": LINE}, {"line": f" {LINE[:5]}.{LINE[5:]}"}]
)
def test_a_bill_is_paid_at_once(till, maria, supplier, body):
    answer = till.pay(maria, "bill", body)

    assert answer.status_code == 201, answer.json
    told = answer.json
    assert (told["status"], told["amount"], told["dueDate"]) == ("completed", 12_345, "2026-12-01")
    assert (told["barcode"], told["line"]) == (BARCODE, LINE)
    assert told["receipt"] == f"/payments/{told['paymentId']}/receipt"
    assert till.stands(maria) == (100_000 - 12_345, 0)
    assert supplier.book.charges() == [(told["paymentId"], 12_345)]
    assert till.bank.adds_up()


@mission("S104", "A13-13")
def test_a_phone_gets_credit(till, maria, supplier):
    answer = till.pay(maria, "topup", TOPUP)

    told = answer.json
    assert (answer.status_code, told["status"]) == (201, "completed")
    assert told["topupId"] == told["paymentId"]
    assert (told["phone"], told["payee"]["name"]) == ("+5511*****4321", "Vivo")
    assert till.get(maria, f"/{told['topupId']}").json["phone"] == "+5511987654321"
    assert supplier.book.charges() == [(told["paymentId"], 2_000)]
    assert till.stands(maria) == (98_000, 0)


@mission("S103")
def test_a_bill_of_collection_says_whom_it_pays(till, maria):
    barcode, line = of_collection()

    told = till.pay(maria, "bill", {"line": line}).json

    assert (told["amount"], told["barcode"], told["dueDate"]) == (8_990, barcode, None)
    assert told["payee"] == {
        "name": "Águas do Vale",
        "document": "12.345.678/0001-95",
        "institution": "Água e saneamento",
    }


def test_until_the_provider_says_whom_a_bill_pays_its_bank_stands_for_them(till, maria, supplier):
    supplier.book.behave(["lose_request"])

    told = till.pay(maria, "bill", {"barcode": BARCODE}).json

    assert told["payee"] == {"name": "Banco do Brasil", "document": None, "institution": None}
    till.work()
    later = till.get(maria, f"/{told['paymentId']}").json
    assert later["payee"]["name"] == "Loja Simulada Ltda."


@abuse("F-07")
def test_the_same_key_pays_once_and_repeats_the_answer(till, maria, supplier):
    first = till.pay(maria, "topup", TOPUP, "one")
    again = till.pay(maria, "topup", TOPUP, "one")
    other = till.pay(maria, "topup", TOPUP | {"amount": 2_001}, "one")

    assert again.json == first.json
    assert again.json["status"] == "completed"
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 409
    assert len(supplier.book.charges()) == 1
    assert till.stands(maria) == (98_000, 0)


def test_without_enough_money_nothing_happens(till, supplier):
    joana = till.bank.person(money=1_999)
    nobody = till.bank.person()

    answers = [till.pay(sub, "topup", TOPUP) for sub in (joana, nobody)]

    assert [(a.status_code, a.json["code"]) for a in answers] == [(422, "insufficient_funds")] * 2
    assert supplier.asked == []
    assert till.stands(joana) == (1_999, 0)


def test_people_are_told_the_name_that_the_provider_says(till, maria):
    till.pay(maria, "bill", {"barcode": BARCODE})

    ((notice, data),) = till.bank.rows("SELECT notice, data FROM bank_notices")
    assert notice == "bill_paid"
    assert '"payee": "Loja Simulada Ltda."' in data


def test_what_the_provider_refuses_counts_towards_no_limit(till, maria, supplier):
    supplier.book.behave(["refuse"])

    refused = till.pay(maria, "topup", TOPUP)

    assert refused.json["status"] == "refused"
    assert till.bank.rows("SELECT sum(spent_minor) FROM wallet_spending") == [(0,)]
