"""What others say of the bank's deeds: agreed with, or named where they differ."""

import json

import pytest
from sqlalchemy import text

from app.bank.database import db
from tests.bank.atm.cash import Cash
from tests.bank.payments import conftest as paying
from tests.support.marks import mission

open_till, supplier, till = paying.open_till, paying.supplier, paying.till
TOPUP = {"phone": "(11) 98765-4321", "carrier": "vivo", "amount": 2_000}
MEMBERS = {
    "transaction_id": "transaction_id",
    "type": "kind",
    "sub": "owner_sub",
    "client_id": "client_id",
    "digest": "digest",
    "method": "approved_by",
}


@pytest.fixture
def story(till, supplier):
    """A bank whose provider completed and refused a payment, and where one approval was spent."""
    ana = till.bank.person(money=100_000)
    assert till.pay(ana, "topup", TOPUP).json["status"] == "completed"
    supplier.book.behave(["refuse"])
    assert till.pay(ana, "topup", TOPUP).json["status"] == "refused"
    Cash(till.bank).voucher(ana)
    return till.bank


def reconcile(bank, *asked):
    done = bank.app.test_cli_runner().invoke(args=["reconcile", "--json", *map(str, asked)])
    return json.loads(done.stdout) if done.stdout.startswith("{") else done.output


def given(bank):
    """What the authorization server would say of the approvals that were spent here."""
    columns = ", ".join(MEMBERS.values())
    rows = bank.rows(f"SELECT {columns} FROM bank_spent_approvals")
    assert rows
    return [dict(zip(MEMBERS, row, strict=True)) | {"decision": "approved"} for row in rows]


@mission("S98", "S105")
def test_the_provider_is_asked_how_each_payment_stands(story, supplier):
    told = reconcile(story, "--ask-provider", 1)
    assert (told["difference"], told["looked_at"]["provider"]) == (None, 2)

    with story.app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE payments SET reference = 'x' WHERE state = 'completed'"))
    difference = reconcile(story, "--ask-provider", 1)["difference"]
    assert (difference["what"], difference["expected"]) == ("reference", "x")

    supplier.stop()
    assert "The provider cannot say" in reconcile(story, "--ask-provider", 1)
    assert reconcile(story)["difference"] is None
    supplier.start()


def test_of_what_was_settled_longer_ago_nobody_is_asked(held_clock, story, supplier):
    held_clock.shift(86_401)

    asked = len(supplier.asked)

    assert reconcile(story, "--ask-provider", 1)["difference"] is None
    assert len(supplier.asked) == asked


@mission("S80", "S98")
def test_each_approval_that_was_spent_was_given(story, tmp_path):
    file, listed = tmp_path / "evidence.json", given(story)

    def compared(evidence):
        file.write_text(json.dumps(evidence))
        return reconcile(story, "--evidence", file)["difference"]

    assert compared(listed) is None
    assert compared([])["what"] == "evidence"
    assert compared([each | {"decision": "refused"} for each in listed])["what"] == "evidence"
    for member, column in list(MEMBERS.items())[1:]:
        changed = [each | {member: "another"} for each in listed]
        assert compared(changed)["what"] == column


@pytest.mark.parametrize("wrong", ["", "{}", "[1]", '[{"id": "x"}]', "not JSON"])
def test_what_is_no_list_of_evidence_is_refused_with_the_option(bank, tmp_path, wrong):
    file = tmp_path / "evidence.json"
    file.write_text(wrong)

    assert "--evidence" in reconcile(bank, "--evidence", file)
