"""What people hear of their cash, in the transaction that it happened in."""

from tests.support.marks import mission


def heard(cash, sub):
    """Return the notices put for ``sub``, the oldest first."""
    found = cash.bank.rows(
        "SELECT notice FROM bank_notices WHERE sub = :sub ORDER BY created_at", sub=sub
    )
    return [row[0] for row in found]


@mission("S106")
def test_people_hear_that_it_is_ready_and_that_it_was_paid(cash, maria):
    paid = cash.validate(cash.voucher(maria)["code"]).json
    cash.dispense(paid["dispenseId"], "dispensed")
    cash.dispense(paid["dispenseId"], "dispensed")

    assert heard(cash, maria) == ["withdrawal_ready", "withdrawal_done"]


@mission("S106")
def test_people_hear_that_their_money_is_theirs_again(held_clock, cash, maria):
    paid = cash.validate(cash.voucher(maria)["code"]).json
    cash.dispense(paid["dispenseId"], "failed")
    held_clock.shift(1)
    cash.cancel(maria, cash.voucher(maria)["withdrawalId"])
    held_clock.shift(1)
    last = cash.voucher(maria)["withdrawalId"]
    held_clock.shift(300)
    cash.show(maria, last)

    assert heard(cash, maria).count("withdrawal_ready") == 3
    assert heard(cash, maria).count("withdrawal_released") == 3


def test_no_notice_tells_the_voucher(cash, maria):
    told = cash.voucher(maria)

    assert told["code"] not in repr(cash.bank.rows("SELECT * FROM bank_notices"))
