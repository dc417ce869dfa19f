"""Payments and receipts: shown to their owner, to nobody else."""

import pytest

from tests.bank.payments.boletos_made import of_bank
from tests.support.marks import abuse, asvs, mission

BARCODE, LINE = of_bank(amount=12_345)
TOPUP = {"phone": "+5511987654321", "carrier": "vivo", "amount": 100}


@asvs("8.2.2")
@abuse("F-01")
def test_anothers_payment_is_not_there(till, maria):
    joana = till.bank.person(money=1)
    paid = till.pay(maria, "bill", {"barcode": BARCODE}).json["paymentId"]

    for path in (f"/{paid}", f"/{paid}/receipt", f"?cursor={paid}"):
        assert till.get(maria, path).status_code == 200
        assert till.get(joana, path).status_code == 404
    assert till.get(joana).json == {"payments": [], "cursor": None}


@pytest.mark.parametrize("path", ["/pay_x", "/..%2f", "/pay_" + "z" * 25, "/" + "é" * 29])
def test_what_is_no_payment_is_not_there(till, maria, path):
    assert till.get(maria, path).status_code == 404


def test_pages_go_on_where_the_last_one_ended_whatever_comes_meanwhile(till, maria):
    paid = [till.pay(maria, "topup", TOPUP).json["paymentId"] for _ in range(5)]

    first = till.get(maria, "?limit=2").json
    newer = till.pay(maria, "topup", TOPUP).json["paymentId"]
    second = till.get(maria, f"?limit=2&cursor={first['cursor']}").json
    third = till.get(maria, f"?limit=2&cursor={second['cursor']}").json

    seen = [one["paymentId"] for page in (first, second, third) for one in page["payments"]]
    assert seen == paid[::-1]
    assert third["cursor"] is None
    assert till.get(maria, "?limit=1").json["payments"][0]["paymentId"] == newer


def test_payments_of_one_moment_are_all_shown(till, maria, held_clock):
    paid = {till.pay(maria, "topup", TOPUP).json["paymentId"] for _ in range(4)}

    seen, cursor = set(), ""
    while cursor is not None:
        page = till.get(maria, f"?limit=1{cursor and f'&cursor={cursor}'}").json
        seen |= {one["paymentId"] for one in page["payments"]}
        cursor = page["cursor"]

    assert seen == paid


@pytest.mark.parametrize(
    "limit",
    ["0", "101", "-1", "x", "", "1e2", "9" * 40, "000000001000000", "0" * 9 + "9" * 30, "١"],
)
def test_a_page_has_one_to_a_hundred(till, maria, limit):
    answer = till.get(maria, f"?limit={limit}")

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (400, "limit")


def test_a_token_of_another_scope_reads_nothing(till, maria):
    answers = [till.get(maria, scope=s).status_code for s in ("payments:write", "wallet:read")]

    assert answers == [200, 403]


@mission("S103")
def test_the_bank_knows_its_own_receipt_again(till, maria):
    paid = till.pay(maria, "bill", {"barcode": BARCODE, "description": "Luz"}).json

    told = till.get(maria, f"/{paid['paymentId']}/receipt").json

    code = told["authenticationCode"]
    assert told == till.get(maria, f"/{paid['paymentId']}").json | {"authenticationCode": code}
    assert told["line"] == LINE
    run = till.app.test_cli_runner().invoke
    right = run(args=["payments", "verify-receipt", paid["paymentId"], code.lower()])
    changed = ("B" if code[0] == "A" else "A") + code[1:]
    wrong = run(args=["payments", "verify-receipt", paid["paymentId"], changed])
    other = run(args=["payments", "verify-receipt", "pay_x", code])
    assert (right.exit_code, right.output) == (0, "12345 BRL (minor units), completed\n")
    assert (wrong.exit_code, other.exit_code) == (1, 1)


def test_a_receipt_of_another_amount_bears_another_code(till, maria):
    codes = set()
    for amount in (100, 101):
        paid = till.pay(maria, "topup", TOPUP | {"amount": amount}).json["paymentId"]
        codes.add(till.get(maria, f"/{paid}/receipt").json["authenticationCode"])

    assert len(codes) == 2


def test_there_is_no_receipt_before_it_is_completed(till, maria, supplier):
    supplier.book.behave(["late"])
    paid = till.pay(maria, "topup", TOPUP).json["paymentId"]

    answer = till.get(maria, f"/{paid}/receipt")

    assert (answer.status_code, answer.json["code"]) == (409, "no_receipt")


@mission("S118")
def test_phones_and_barcodes_are_sealed_where_they_are_kept(till, maria):
    till.pay(maria, "topup", TOPUP | {"description": "para a Lia"})
    till.pay(maria, "bill", {"barcode": BARCODE})

    for table in ("payments", "bank_records", "wallet_entries", "bank_spent_approvals"):
        kept = repr(till.bank.rows(f"SELECT * FROM {table}"))
        assert "987654321" not in kept
        assert BARCODE not in kept


def test_the_record_says_what_became_of_each_payment(till, maria, supplier):
    supplier.book.behave(["refuse"])
    for _ in range(2):
        till.pay(maria, "topup", TOPUP)

    events = till.bank.rows(
        "SELECT event, actor FROM bank_records WHERE event LIKE 'payments:%' ORDER BY seq"
    )
    assert [tuple(row) for row in events] == [
        ("payments:order:made", maria),
        ("payments:order:refused", "provider"),
        ("payments:order:made", maria),
        ("payments:order:completed", "provider"),
    ]
