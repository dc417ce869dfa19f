"""Operations of money: each yields requests, is sent the answers, and checks them."""

import secrets

from bench import wire

AMOUNT_MINOR = 100


def transfer(mine):
    """Send money to a known payee: idempotency key, limits, ledger, record and two notices."""
    purses = mine.setting.purses
    half = len(purses) // 2
    payer, payee = purses[mine.number % half], purses[mine.number % half + half]
    answer = yield wire.post_json(
        mine.setting.host,
        "/wallet/me/transfer",
        {"to": payee[0], "amount": AMOUNT_MINOR, "currency": "BRL"},
        Authorization=f"Bearer {payer[1]}",
        Idempotency_Key=secrets.token_hex(16),
    )
    told = answer.must_be(201).json()
    if told["status"] != "completed" or told["amount"] != AMOUNT_MINOR:
        raise wire.Wrong(answer.told())


def validation(mine):
    """Pay a voucher out at this connection's own terminal: tries, hold, ledger and record."""
    cash, at = mine.setting.cash, mine.number
    if at >= len(cash["terminals"]):
        raise wire.Wrong("there are more connections than terminals")
    if not cash["codes"]:
        raise wire.Wrong("every voucher has been paid out: measure for fewer seconds")
    answer = yield wire.post_json(
        mine.setting.host,
        "/atm/validate-token",
        {"token": cash["codes"].pop(), "terminalId": cash["terminals"][at]},
        Authorization=f"Bearer {cash['token']}",
    )
    if answer.must_be(200).json()["authorized"] is not True:
        raise wire.Wrong(answer.told())
