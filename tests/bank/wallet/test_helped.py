"""Somebody of the issuer's staff reads as a person: looks alone, and each look is recorded."""

import json

import pytest
from sqlalchemy import select

from app.bank import records
from app.bank.database import db
from app.bank.records import BankRecord
from tests.support.marks import abuse, mission, rfc

STAFF = "3f0c4c7e-1111-4222-8333-444455556666"


@pytest.fixture
def acting(bank):
    """What the token of a staff member says beside."""
    return {"act": {"iss": bank.app.config["ISSUER"], "sub": STAFF}, "client_id": "console"}


def reads(bank):
    """Return who read for whom, by which way."""
    with bank.app.app_context():
        mine = select(BankRecord).where(BankRecord.event == records.READ_FOR_OWNER)
        rows = db.session.scalars(mine.order_by(BankRecord.seq)).all()
        return [(row.actor, row.subject, json.loads(row.data)["route"]) for row in rows]


@mission("S84")
@rfc("8693", "4.1")
def test_a_look_is_answered_and_recorded_with_who_looked(bank, acting):
    ana = bank.person(5000)

    answer = bank.balance(ana, **acting)

    assert (answer.status_code, answer.json["available"]) == (200, 5000)
    assert reads(bank) == [(STAFF, ana, "/wallet/<user_id>/balance")]


@mission("S84")
@abuse("F-01")
@pytest.mark.parametrize("chain", ["alone", "behind an API"])
def test_no_deed_is_done_whatever_the_token_allows(bank, acting, chain):
    ana, bia = bank.person(5000), bank.person(1)
    if chain != "alone":
        acting["act"] = {"sub": "payments-api", "act": acting["act"]}

    answer = bank.order(ana, {"to": bia, "amount": 1000}, **acting)
    limits = bank.ask("PUT", "/wallet/me/limits", ana, {}, scope="wallet:limits", **acting)

    assert (answer.status_code, answer.json["code"]) == (403, "acting_only_reads")
    assert limits.status_code in {403, 405}
    assert bank.available(ana) == 5000
    assert reads(bank) == []


def test_an_api_that_acts_onward_is_no_person(bank):
    ana, bia = bank.person(5000), bank.person(1)

    answer = bank.order(ana, {"to": bia, "amount": 1000}, act={"sub": "payments-api"})

    assert answer.status_code == 201
    assert reads(bank) == []
