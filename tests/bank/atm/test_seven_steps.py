"""Document 003, its example word for word: the seven steps, and where each can go wrong."""

from tests.bank.approving import approved
from tests.bank.atm.cash import Cash
from tests.bank.atm.test_withdrawals import scanned
from tests.support.marks import mission


@mission("S106", "S107", "S108", "S109", "S110", "C28", "C31")
def test_a_hundred_dollars_from_the_request_to_the_cash(open_bank):
    cash = Cash(open_bank(DEFAULT_CURRENCY="USD"))
    cash.terminal()
    john = cash.bank.person(money=50_000)

    # 1. The person asks for $100; it needs their approval, which the app comes back with.
    challenge = cash.order(john, 10_000, currency="USD")
    shown = approved(challenge)

    # 2. The wallet is asked whether there is so much, and holds it.
    answer = cash.order(john, 10_000, currency="USD", **shown)
    assert cash.stands(john) == (40_000, 10_000)

    # 3. A token of its own is made, as digits and as a QR code.
    told = answer.json
    withdrawal = told["withdrawalId"]
    assert cash.show(john, withdrawal).json["state"] == "requested"

    # 4. The person shows the QR code at the machine, which reads it.
    token = scanned(told["qr"]["svg"])

    # 5. The machine asks whether it is good.
    validated = cash.validate(token, amount=10_000)
    assert validated.json["authorized"] is True

    # 6. The wallet is debited, in that very moment.
    assert cash.stands(john) == (40_000, 0)
    assert cash.show(john, withdrawal).json["state"] == "validated"

    # 7. The machine pays the cash out, and says so.
    assert cash.dispense(validated.json["dispenseId"], "dispensed").status_code == 200
    assert cash.show(john, withdrawal).json["state"] == "dispensed"
    assert cash.bank.adds_up()
