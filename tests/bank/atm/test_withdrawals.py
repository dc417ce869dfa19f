"""Order cash: it is approved, held, and shown as a voucher once."""

import base64
import re
from datetime import datetime

import pytest
import zxingcpp

from app.bank.atm import vouchers
from tests.bank.approving import approved, claims_of
from tests.bank.atm.cash import Cash, code
from tests.support.marks import abuse, mission, rfc

SCALE = 4  # pixels a module


def scanned(svg):
    """Return what a reader that is not ours sees in the picture."""
    width, height = (int(part) for part in re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    dark = [[255] * (width * SCALE) for _ in range(height * SCALE)]
    x = y = 0.0
    drawn = re.search(r'stroke="#000" d="([^"]+)"', svg)[1]
    for verb, numbers in re.findall(r"([Mmh])([-\d. ]+)", drawn):
        told = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if verb == "h":
            for row in range(int((y - 0.5) * SCALE), int((y + 0.5) * SCALE)):
                for column in range(int(x * SCALE), int((x + told[0]) * SCALE)):
                    dark[row][column] = 0
            x += told[0]
        else:
            x, y = told if verb == "M" else (x + told[0], y + told[1])
    flat = bytes(value for row in dark for value in row)
    picture = memoryview(flat).cast("B", [height * SCALE, width * SCALE])
    (found,) = zxingcpp.read_barcodes(picture)
    return found.text


@mission("S106", "S107", "S109", "A13-14")
def test_an_approved_withdrawal_holds_the_money_and_shows_a_voucher(held_clock, cash, maria):
    told = cash.voucher(maria, 10_000)

    assert set(told) == {"withdrawalId", "code", "qr", "expiresAt"}
    assert re.fullmatch(r"[0-9]{8}", told["code"])
    assert datetime.fromisoformat(told["expiresAt"]).isoformat() == "2026-11-20T12:05:00+00:00"
    assert cash.stands(maria) == (40_000, 10_000)
    assert cash.show(maria, told["withdrawalId"]).json["state"] == "requested"


@mission("S106", "S107")
def test_the_picture_is_read_by_a_reader_that_is_not_ours(cash, maria):
    told = cash.voucher(maria)

    assert scanned(told["qr"]["svg"]) == told["qr"]["payload"]
    assert told["code"] not in told["qr"]["payload"]
    assert len(base64.urlsafe_b64decode(told["qr"]["payload"].rpartition(":")[2] + "==")) == 16


@rfc("9470", "3")
@mission("S78", "S107")
@pytest.mark.parametrize(
    ("channel", "name"), [("atm", "Caixa eletrônico"), ("agent", "Agente de saque")]
)
def test_however_little_it_needs_its_owners_approval(cash, maria, channel, name):
    answer = cash.order(maria, 1_000, channel)

    assert code(answer) == (401, "insufficient_user_authentication")
    (entry,) = answer.json["authorization_details"]
    assert entry["type"] == "atm_withdrawal"
    assert entry["locations"] == ["http://localhost:3000/bank/atm"]
    assert (entry["amount"], entry["payee"]) == (1_000, {"id": channel, "name": name})
    assert claims_of(entry["deed"])["payee"] == entry["payee"]
    assert cash.stands(maria) == (50_000, 0)


@abuse("F-13", "F-14")
def test_an_approval_is_for_one_withdrawal_and_for_exactly_that(cash, maria):
    shown = approved(cash.order(maria, 10_000))

    assert code(cash.order(maria, 20_000, **shown)) == (403, "approval_mismatch")
    assert code(cash.order(maria, 10_000, "agent", **shown)) == (403, "approval_mismatch")
    assert cash.stands(maria) == (50_000, 0)
    first = cash.order(maria, 10_000, **shown).json
    cash.cancel(maria, first["withdrawalId"])
    assert code(cash.order(maria, 10_000, **shown)) == (409, "approval_used")


def test_an_approval_of_a_transfer_pays_no_cash(cash, bank, maria):
    shown = approved(bank.transfer(maria, bank.person(money=1), 20_000))

    assert cash.order(maria, 20_000, **shown).status_code == 401


@mission("S110")
def test_there_must_be_so_much_in_the_wallet(cash, maria):
    assert code(cash.order(maria, 51_000)) == (422, "insufficient_funds")
    assert code(cash.order(cash.bank.person(), 10_000)) == (422, "insufficient_funds")


@mission("S107")
@pytest.mark.parametrize("amount", [1, 999, 1_001, 10_010, 301_000, 10**12])
def test_a_machine_pays_whole_notes_up_to_a_limit(cash, amount):
    rich = cash.bank.person(money=10**12)

    answer = cash.order(rich, amount)

    assert code(answer) == (422, "not_dispensable")
    assert answer.json["errors"][0]["field"] == "amount"


@abuse("F-03")
@pytest.mark.parametrize(
    "amount",
    [0, -1, -10_000, 1e400, float("nan"), "10000", 0.001, 1e4, 2**63, [10_000], True, None],
)
def test_what_is_no_amount_holds_nothing(cash, maria, amount):
    answer = cash.order(maria, amount)

    assert answer.status_code == 400
    assert cash.stands(maria) == (50_000, 0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"channel": "bank"}, "channel"),
        ({"channel": None}, "channel"),
        ({"channel": ["atm"]}, "channel"),
        ({"currency": "brl"}, "currency"),
        ({"currency": 1}, "currency"),
        ({"terminal": "ATM-1"}, "terminal"),
    ],
)
def test_every_wrong_field_is_named(cash, maria, body, field):
    answer = cash.order(maria, **body)

    assert code(answer) == (400, "invalid_request")
    assert [one["field"] for one in answer.json["errors"]] == [field]


@mission("C31")
def test_cash_is_of_the_wallets_currency(cash, maria):
    assert code(cash.order(maria, currency="USD")) == (422, "currency_mismatch")


@mission("C31", "S110")
def test_a_house_of_dollars_pays_a_hundred_dollars(open_bank):
    cash = Cash(open_bank(DEFAULT_CURRENCY="USD"))
    cash.terminal()
    john = cash.bank.person(money=10_000)

    paid = cash.validate(cash.voucher(john, 10_000, currency="USD")["code"]).json

    assert (paid["amount"], paid["currency"]) == (10_000, "USD")
    assert cash.stands(john) == (0, 0)


def test_each_person_has_one_waiting(cash, maria):
    first = cash.voucher(maria, 10_000)

    assert code(cash.order(maria, 10_000)) == (409, "withdrawal_waiting")
    cash.cancel(maria, first["withdrawalId"])
    assert cash.voucher(maria, 10_000)["withdrawalId"] != first["withdrawalId"]


@mission("S107")
def test_the_same_key_gets_the_same_voucher(cash, maria):
    shown = approved(cash.order(maria, 10_000))

    first = cash.order(maria, 10_000, key="one", **shown)
    again = cash.order(maria, 10_000, key="one", **shown)

    assert (first.json, again.headers["Idempotency-Replayed"]) == (again.json, "true")
    assert cash.stands(maria) == (40_000, 10_000)


def test_no_voucher_is_in_the_database(cash, maria):
    told = cash.voucher(maria, key="one")

    tables = ("atm_withdrawals", "bank_idempotency_keys", "bank_records", "wallet_holds")
    for table in tables:
        written = repr(cash.bank.rows(f"SELECT * FROM {table}"))
        assert told["code"] not in written
        assert told["qr"]["payload"].rpartition(":")[2] not in written


def test_no_two_vouchers_that_wait_have_the_same_digits(cash, maria, monkeypatch):
    first = cash.voucher(maria)
    draws = iter([first["code"], first["code"], "00000001"])
    monkeypatch.setattr(vouchers.ids, "letters", lambda *_: next(draws))

    second = cash.voucher(cash.bank.person(money=10_000))

    assert second["code"] == "00000001"


@abuse("F-01")
def test_a_withdrawal_is_its_owners_alone(cash, maria):
    made = cash.voucher(maria)["withdrawalId"]
    thief = cash.bank.person(money=1)

    assert code(cash.show(thief, made)) == (404, "not_found")
    assert code(cash.cancel(thief, made)) == (404, "not_found")
    assert cash.show(maria, made).json["state"] == "requested"


def test_an_apps_own_token_has_no_cash(cash):
    asked = {"sub": "cli_app", "client_id": "cli_app"}

    answer = cash.ask(
        "/atm/withdrawal-request", {"amount": 10_000, "channel": "atm"}, key="k", **asked
    )

    assert code(answer) == (403, "not_the_owner")
    assert cash.ask("/atm/withdrawals/wdr_1", **asked).status_code == 403


@abuse("F-20")
def test_cancelled_it_is_held_no_more_once(cash, maria):
    made = cash.voucher(maria)

    first, again = (cash.cancel(maria, made["withdrawalId"]) for _ in range(2))

    assert first.json == again.json
    assert (first.status_code, first.json["state"]) == (200, "cancelled")
    assert cash.stands(maria) == (50_000, 0)
    assert code(cash.validate(made["code"])) == (410, "expired")


def test_what_was_paid_out_is_not_cancelled(cash, maria):
    made = cash.voucher(maria)
    cash.validate(made["code"])

    assert code(cash.cancel(maria, made["withdrawalId"])) == (409, "withdrawal_over")
    assert cash.stands(maria) == (40_000, 0)


@abuse("F-19")
def test_from_a_frozen_wallet_no_cash_is_ordered_or_paid(cash, maria):
    made = cash.voucher(maria)
    cash.run("wallets", "freeze", maria)

    assert code(cash.validate(made["code"])) == (403, "wallet_frozen")
    cash.cancel(maria, made["withdrawalId"])
    assert code(cash.order(maria)) == (403, "wallet_frozen")
    assert cash.stands(maria) == (50_000, 0)
