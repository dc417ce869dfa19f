"""What may be ordered, and what is refused with its field; nothing moves then."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bank.approving import approved, claims_of
from tests.bank.payments.boletos_made import of_bank, of_collection
from tests.support.marks import abuse, asvs, mission, rfc

BARCODE, LINE = of_bank(amount=125_000)
OPEN, _ = of_bank(amount=0, due=None)
TOPUP = {"phone": "+5511987654321", "carrier": "vivo", "amount": 2_000}
OF_TOPUPS = [
    *(({"amount": value}, "amount") for value in (-1, 0, 0.1, 1e3, 2**63, "10", True, None, [1])),
    *(({"phone": value}, "phone") for value in ("", "1133334444", "+1 555 0100", 11987654321)),
    *(({"phone": value}, "phone") for value in ("20987654321", "٠١١987654321", "x" * 1000)),
    *(({"carrier": value}, "carrier") for value in ("", "vivo2", None, 3, {})),
    *(({"currency": value}, "currency") for value in ("brl", "", 1, "R$")),
    *(({"description": value}, "description") for value in ("x" * 141, "a\u202eb", 1)),
    ({"to": "x"}, "to"),
]
OF_BILLS = [
    ({}, "barcode"),
    ({"barcode": BARCODE, "line": LINE}, "barcode"),
    *(({"line": value}, "line") for value in (1, None, "", "1" * 81, [])),
    *(({"barcode": BARCODE, "amount": value}, "amount") for value in (0, 0.1, "1", True, None)),
    *(({"barcode": BARCODE, "dueDate": value}, "dueDate") for value in (1, "", "1/12/2026")),
    *(({"barcode": BARCODE, "dueDate": value}, "dueDate") for value in ("2026-13-01", "20261201")),
]


@pytest.fixture
def careful(open_till):
    """A bank that asks for approval as it comes."""
    return open_till()


@abuse("F-03", "F-18")
@mission("S104")
@pytest.mark.parametrize(("changed", "field"), OF_TOPUPS)
def test_credit_of_a_wrong_shape_is_told_by_its_field(till, maria, supplier, changed, field):
    answer = till.pay(maria, "topup", TOPUP | changed)

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_request")
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert till.stands(maria) == (100_000, 0)
    assert supplier.asked == []


@abuse("F-03")
@mission("S103")
@pytest.mark.parametrize(("body", "field"), OF_BILLS)
def test_a_bill_of_a_wrong_shape_is_told_by_its_field(till, maria, body, field):
    answer = till.pay(maria, "bill", body)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]


@abuse("F-03")
@pytest.mark.parametrize("written", ["NaN", "Infinity", "1e400", "1E999"])
def test_numbers_that_are_none_are_no_json(till, maria, written):
    shown = {"Authorization": f"Bearer {till.bank.token(maria, scope='payments:write')}"}
    shown |= {"Idempotency-Key": "k"}
    raw = f'{{"phone": "11987654321", "carrier": "vivo", "amount": {written}}}'

    answer = till.app.test_client().post(
        "/payments/topup", headers=shown, data=raw, content_type="application/json"
    )

    assert answer.status_code == 400


@asvs("2.2.3")
@mission("S103")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"barcode": BARCODE, "amount": 124_999}, "amount_differs"),
        ({"barcode": BARCODE, "dueDate": "2026-12-02"}, "due_date_differs"),
        ({"barcode": OPEN}, "amount_needed"),
        ({"barcode": BARCODE, "currency": "USD"}, "currency_mismatch"),
    ],
)
def test_what_the_boleto_does_not_say_is_not_paid(till, body, code):
    rich = till.bank.person(money=1_000_000)

    answer = till.pay(rich, "bill", body)

    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert till.stands(rich) == (1_000_000, 0)


@mission("S103")
@pytest.mark.parametrize(
    ("line", "part"),
    [
        (LINE[:9] + str((int(LINE[9]) + 1) % 10) + LINE[10:], "field_1"),
        (LINE[:32] + str((int(LINE[32]) % 9) + 1) + LINE[33:], "check_digit"),
        (LINE[:-1], "length"),
        ("not a line", "digits"),
    ],
)
def test_a_wrong_digit_is_told_by_its_place(till, maria, line, part):
    answer = till.pay(maria, "bill", {"line": line})

    assert (answer.status_code, answer.json["code"]) == (422, "invalid_barcode")
    assert answer.json["errors"][0] | {"message": ""} == {
        "field": "line",
        "code": part,
        "message": "",
    }


def test_an_open_boleto_is_paid_what_its_payer_says_and_on_the_day(till, maria):
    told = till.pay(maria, "bill", {"barcode": OPEN, "amount": 700, "dueDate": "2026-12-24"}).json

    assert (told["amount"], told["dueDate"]) == (700, "2026-12-24")


@rfc("9470", "3")
@mission("S78", "S103")
def test_a_bill_that_needs_approval_names_its_beneficiary(careful):
    maria = careful.bank.person(money=500_000)

    challenge = careful.pay(maria, "bill", {"line": LINE, "description": "Aluguel"})

    assert (challenge.status_code, challenge.json["code"]) == (
        401,
        "insufficient_user_authentication",
    )
    (entry,) = challenge.json["authorization_details"]
    assert entry["type"] == "bill_payment"
    assert entry["locations"] == [f"{careful.app.config['BANK_AUDIENCE']}/payments"]
    assert entry["payee"] == {
        "id": BARCODE,
        "name": "Loja Simulada Ltda.",
        "document": "12.345.678/0001-95",
        "institution": "Banco do Brasil",
    }
    assert (entry["amount"], entry["due_date"]) == (125_000, "2026-12-01")
    assert claims_of(entry["deed"])["payee"] == entry["payee"]
    assert careful.stands(maria) == (500_000, 0)


@mission("S78", "S103")
def test_an_approved_bill_is_paid_once_and_keeps_the_name_that_was_approved(careful, supplier):
    maria = careful.bank.person(money=500_000)
    shown = approved(careful.pay(maria, "bill", {"line": LINE}))

    done, again = (careful.pay(maria, "bill", {"line": LINE}, **shown) for _ in range(2))

    assert (done.status_code, again.status_code) == (201, 409)
    assert done.json["payee"]["name"] == "Loja Simulada Ltda."
    assert careful.stands(maria) == (375_000, 0)
    assert len(supplier.book.charges()) == 1


@abuse("F-13", "F-14")
def test_of_many_who_show_one_approval_at_once_one_pays(open_till, supplier):
    till = open_till(DATABASE_POOL_SIZE=25)
    maria = till.bank.person(money=5_000_000)
    shown = approved(till.pay(maria, "bill", {"line": LINE}))

    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda _: till.pay(maria, "bill", {"line": LINE}, **shown), range(20))
        )

    codes = [answer.status_code for answer in answers]
    assert (codes.count(201), codes.count(409)) == (1, 19)
    till.work()
    assert len(supplier.book.charges()) == 1


@abuse("F-13")
@pytest.mark.parametrize(
    ("what", "other", "field"),
    [
        ("bill", {"barcode": of_bank(amount=125_000, bank="033")[0]}, "payee"),
        ("bill", {"barcode": of_bank(amount=125_001)[0]}, "amount"),
        ("bill", {"barcode": BARCODE, "description": "x"}, "description"),
        ("bill", {"barcode": of_collection(amount=125_000)[0]}, "due_date"),
        ("topup", TOPUP | {"amount": 30_000, "phone": "21987654321"}, "payee"),
        ("topup", TOPUP | {"amount": 30_000, "carrier": "tim"}, "carrier"),
        ("topup", TOPUP | {"amount": 30_001}, "amount"),
    ],
)
def test_an_approval_pays_nothing_else(careful, supplier, what, other, field):
    maria = careful.bank.person(money=500_000)
    first = {"barcode": BARCODE} if what == "bill" else TOPUP | {"amount": 30_000}
    shown = approved(careful.pay(maria, what, first))

    answer = careful.pay(maria, what, other, **shown)

    assert (answer.status_code, answer.json["code"]) == (403, "approval_mismatch")
    assert answer.json["errors"][0]["field"] == field
    assert careful.stands(maria) == (500_000, 0)
    assert supplier.book.charges() == []


def test_while_the_provider_is_away_the_bank_names_the_beneficiary(careful, supplier):
    maria = careful.bank.person(money=500_000)
    supplier.stop()

    challenge = careful.pay(maria, "bill", {"line": LINE})
    supplier.start()

    (entry,) = challenge.json["authorization_details"]
    assert entry["payee"] == {"id": BARCODE, "name": "Banco do Brasil"}


def test_small_payments_add_up_to_an_approval(careful):
    maria = careful.bank.person(money=500_000)

    answers = [careful.pay(maria, "topup", TOPUP) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [201] * 5 + [401]


@pytest.mark.parametrize("what", ["bill", "topup"])
def test_a_token_of_another_scope_or_room_pays_nothing(till, maria, what):
    body = {"bill": {"barcode": BARCODE}, "topup": TOPUP}[what]
    elsewhere = f"{till.app.config['BANK_AUDIENCE']}/wallet"

    scope = till.pay(maria, what, body, scope="wallet:transfer")
    room = till.pay(maria, what, body, aud=elsewhere)

    assert (scope.status_code, room.status_code) == (403, 401)
    assert till.stands(maria) == (100_000, 0)


def test_nothing_is_paid_from_a_frozen_wallet(till, maria):
    till.app.test_cli_runner().invoke(args=["wallets", "freeze", maria])

    answer = till.pay(maria, "topup", TOPUP)

    assert (answer.status_code, answer.json["code"]) == (403, "wallet_frozen")
