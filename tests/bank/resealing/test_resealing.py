"""A new sealing key at the bank: receipts, vouchers and wallet keys outlive the old one."""

import json

import pytest

from app.bank.database import Base, db
from app.bank.resealing import columns
from app.bank.wallet import contacts
from app.bank.wallet.contacts import Contact
from app.foundation import sealing
from app.foundation.database import kept
from tests.bank.atm.cash import Cash
from tests.bank.payments.conftest import TOKEN, Till, supplier
from tests.support import sealing as turned
from tests.support.marks import mission

EASY = {"STEP_UP_FROM_MINOR": 10**13, "STEP_UP_CUMULATIVE_MINOR": 10**13}
TOPUP = {"phone": "+5511987654321", "carrier": "vivo", "amount": 2_000}
PHONE = Contact("phone", "+5511987654321")

__all__ = ["supplier"]


@pytest.fixture
def at(open_bank, supplier):
    """Return a function that opens the one bank with the sealing keys of a stage."""
    opened = {}

    def at(stage):
        if stage not in opened:
            known = next(iter(opened.values()), None)
            url = {"BANK_DATABASE_URL": known.app.config["BANK_DATABASE_URL"]} if known else {}
            provider = {"PROVIDER_URL": supplier.url, "PROVIDER_TOKEN": TOKEN}
            keys = turned.STAGES[stage]
            opened[stage] = open_bank(SEALING_KEYS=keys, **EASY, **provider, **url)
        return opened[stage]

    return at


def envelopes(bank):
    """Return the names of the keys in each sealed column."""
    found = {}
    for one in columns.COLUMNS:
        values = bank.rows(f"SELECT {one.column.name} FROM {one.table.name}")
        kept_ones = (one.envelope(value) for (value,) in values)
        found[one.name] = {sealing.under(bytes(each)) for each in kept_ones if each}
    return found


@mission("S118")
def test_everything_is_found_and_read_after_the_old_sealing_key_has_gone(at):
    old = at("old")
    maria = old.person(money=100_000)
    paid = Till(old).pay(maria, "topup", TOPUP).json["paymentId"]
    code = Till(old).get(maria, f"/{paid}/receipt").json["authenticationCode"]
    cash = Cash(old)
    cash.terminal()
    voucher = cash.voucher(maria, key="ordered-once")
    with old.app.app_context(), kept(db):
        contacts.claim(maria, PHONE)
    holds = envelopes(old)
    assert holds.pop("bank_index_keys.key_sealed") == set()
    assert set(map(frozenset, holds.values())) == {frozenset({"k1"})}, holds

    done = run(at("both"), "sealing", "rotate")

    assert {one["stuck"] for one in done["columns"]} == {0}
    assert set(map(frozenset, envelopes(at("both")).values())) == {frozenset({"k2"})}
    assert {one["key"]: one["may_go"] for one in done["keys"]} == {"k2": False, "k1": True}
    new = at("new")
    with new.app.app_context():
        assert contacts.owner_of(PHONE) == maria
    known = new.app.test_cli_runner().invoke(args=["payments", "verify-receipt", paid, code])
    assert known.exit_code == 0, known.output
    assert Till(new).get(maria, f"/{paid}").json["phone"]
    assert Cash(new).validate(voucher["code"]).status_code == 200
    assert new.app.test_client().get("/bank/jwks").json["keys"]
    assert Cash(new).voucher(maria)["code"]  # a deed is signed by the key that was there
    again = Cash(new).order(maria, key="ordered-once", channel="atm")
    assert (again.status_code, again.json["code"]) == (201, voucher["code"])


@mission("S118")
def test_a_contact_claimed_under_the_old_sealing_key_goes_with_who_claims_it_under_the_new(at):
    maria, joana = at("old").person(), at("old").person()
    claim(at("old"), maria)

    key = claim(at("both"), joana)

    with at("both").app.app_context():
        assert contacts.owner_of(PHONE) == joana
    assert at("both").rows("SELECT id, owner_sub FROM wallet_keys") == [(key, joana)]


@mission("S118")
def test_who_claims_a_contact_again_under_a_new_sealing_key_has_it_once(at):
    maria = at("old").person()
    claim(at("old"), maria)

    key = claim(at("both"), maria)
    assert at("both").rows("SELECT id FROM wallet_keys") == [(key,)]

    with at("both").app.app_context(), kept(db):
        contacts.remove(maria, key)
        assert contacts.owner_of(PHONE) is None


def claim(bank, sub):
    with bank.app.app_context(), kept(db):
        return contacts.claim(sub, PHONE)


def run(bank, *words):
    done = bank.app.test_cli_runner().invoke(args=[*words, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_every_sealed_column_is_in_the_catalogue():
    known = {one.name for one in columns.COLUMNS}

    assert turned.sealed_columns(Base.metadata) | {"bank_idempotency_keys.answer"} == known


def test_every_purpose_of_a_derived_key_is_in_the_catalogue():
    found, odd = turned.purposes("bank")

    assert (found, odd) == (set(columns.PURPOSES), set())
