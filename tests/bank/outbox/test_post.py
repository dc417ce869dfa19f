"""Notices to people, put in the outbox with the deed they tell of."""

from datetime import UTC, datetime

import pytest

from app.auth.notifications import messages
from app.bank.database import db
from app.bank.outbox import post
from tests.support.marks import asvs, mission

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONEY = {"amount": 5, "currency": "BRL", "at": AT}


def test_both_houses_know_the_same_notices_by_the_same_values():
    theirs = {n: frozenset(m.context) for n, m in messages.CATALOGUE.items() if m.kind}

    assert theirs == post.CATALOGUE


@asvs("2.3.3")
@mission("S112")
def test_a_deed_that_is_undone_leaves_no_notice(bank):
    with bank.app.app_context():
        post.put("maria", "deposit_received", **MONEY)
        db.session.rollback()

    assert bank.rows("SELECT count(*) FROM bank_notices") == [(0,)]


@pytest.mark.parametrize(
    ("notice", "data"),
    [
        ("nothing", MONEY),
        ("payment_done", MONEY),
        ("payment_done", MONEY | {"payee": "x", "more": 1}),
        ("payment_done", MONEY | {"payee": "x", "payee_sub": "y"}),
        ("deposit_received", MONEY | {"at": datetime(2026, 11, 20)}),
        ("deposit_received", MONEY | {"at": {1}}),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_notice_that_could_not_be_told_is_a_mistake_of_our_own(bank, notice, data):
    with bank.app.app_context(), pytest.raises(ValueError, match=r"told otherwise|aware moment"):
        post.put("maria", notice, **data)


@mission("S111", "S112")
def test_a_transfer_tells_both(bank):
    maria, joao = bank.person(money=5000), bank.person(money=1)

    done = bank.transfer(maria, joao, 1200)

    assert done.status_code == 201
    told = bank.rows("SELECT sub, notice, data FROM bank_notices ORDER BY notice")
    assert [row[:2] for row in told] == [(maria, "payment_done"), (joao, "payment_received")]
    assert f'"payee_sub": "{joao}"' in told[0][2]
    assert f'"payer_sub": "{maria}"' in told[1][2]
    assert '"amount": 1200' in told[0][2]


@mission("S112")
def test_a_transfer_that_was_refused_or_repeated_tells_nobody_again(bank):
    maria, joao = bank.person(money=5000), bank.person(money=1)

    bank.transfer(maria, joao, 6000)
    for _ in range(3):
        bank.transfer(maria, joao, 1200, key="once")

    assert bank.rows("SELECT count(*) FROM bank_notices") == [(2,)]
