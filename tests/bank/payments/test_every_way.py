"""One wallet spent by everything there is, at once, again and again."""

from concurrent.futures import ThreadPoolExecutor

from tests.bank.approving import approved
from tests.bank.atm.cash import Cash
from tests.bank.payments.boletos_made import of_bank
from tests.support.marks import abuse, asvs, mission

ROUNDS = 20
AMOUNT = 2_000
BILL = {"barcode": of_bank(amount=AMOUNT)[0]}
TOPUP = {"phone": "(11) 98765-4321", "carrier": "vivo", "amount": AMOUNT}


@asvs("2.3.4")
@abuse("F10", "F-04")
@mission("S100", "S102", "S104", "S110")
def test_transfer_bill_credit_and_cash_at_once_spend_what_there_is_and_no_more(till, supplier):
    cash, joana = Cash(till.bank), till.bank.person(money=1)

    for number in range(ROUNDS):
        maria = till.bank.person(money=5 * AMOUNT)
        shown = [approved(cash.order(maria, AMOUNT)) for _ in range(3)]
        ways = [lambda maria=maria: till.bank.transfer(maria, joana, AMOUNT)] * 3
        ways += [lambda maria=maria: till.pay(maria, "bill", BILL)] * 3
        ways += [lambda maria=maria: till.pay(maria, "topup", TOPUP)] * 3
        ways += [lambda maria=maria, by=by: cash.order(maria, AMOUNT, **by) for by in shown]
        ways = ways[number % 12 :] + ways[: number % 12]

        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda spend: spend(), ways))

        outcomes = [answer.status_code for answer in answers]
        assert outcomes.count(201) == 5
        assert set(outcomes) <= {201, 409, 422}  # 409: one voucher at a time
        waiting = sum("code" in answer.json for answer in answers if answer.status_code == 201)
        assert till.stands(maria) == (0, waiting * AMOUNT)
    assert till.bank.adds_up()
