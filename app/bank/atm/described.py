"""What the room's routes say of themselves (:mod:`app.foundation.openapi`)."""

from dataclasses import replace

from app.bank.atm.orders import LONGEST_TOKEN
from app.bank.described_fields import AMOUNT, CURRENCY, KEY
from app.foundation.openapi.operation import (
    Body,
    Header,
    Operation,
    Parameter,
    answer,
    members,
    ref,
    text,
)

TAGS = {"Cash": "Withdrawals at machines and agents. Amounts are whole minor units."}
_CHANNEL = {"type": "string", "enum": ["atm", "agent"], "description": "A machine, or an agent"}
_STATES = ["requested", "validated", "dispensed", "reversed", "expired", "cancelled"]
_ID = text("An id", pattern="^[A-Za-z0-9._-]{1,40}$")
_MOMENT = text("When", format="date-time")
SCHEMAS = {
    "CashOrder": members(
        ("amount", "channel"), more=False, amount=AMOUNT, currency=CURRENCY, channel=_CHANNEL
    ),
    "Voucher": members(
        ("withdrawalId", "code", "qr", "expiresAt"),
        more=False,
        withdrawalId=_ID,
        code=text("To be typed at the terminal", pattern="^[0-9]{8}$"),
        qr=members(
            ("payload", "svg"),
            more=False,
            payload=text("What the QR code says"),
            svg=text("The QR code, to stand in a page as it is"),
        ),
        expiresAt=_MOMENT,
    ),
    "Withdrawal": members(
        ("withdrawalId", "state", "amount", "currency", "channel", "createdAt", "expiresAt"),
        more=False,
        withdrawalId=_ID,
        state={"type": "string", "enum": _STATES},
        amount=AMOUNT,
        currency=CURRENCY,
        channel=_CHANNEL,
        createdAt=_MOMENT,
        expiresAt=_MOMENT,
        terminal=members(
            ("name", "place"), more=False, name=text("What it is called"), place=text("Where it is")
        ),
    ),
    "VoucherShown": members(
        ("token", "terminalId"),
        more=False,
        token=text("The digits, or what the QR code says", minLength=1, maxLength=LONGEST_TOKEN),
        terminalId=_ID,
        amount=AMOUNT,
    ),
    "CashToPay": members(
        ("authorized", "amount", "currency", "withdrawalId", "dispenseId"),
        more=False,
        authorized={"const": True},
        amount=AMOUNT,
        currency=CURRENCY,
        withdrawalId=_ID,
        dispenseId=_ID,
    ),
    "CashOutcome": members(
        ("dispenseId", "terminalId", "outcome"),
        more=False,
        dispenseId=_ID,
        terminalId=_ID,
        outcome={"type": "string", "enum": ["dispensed", "failed"]},
    ),
    "CashSettled": members(
        ("dispenseId", "withdrawalId", "state"),
        more=False,
        dispenseId=_ID,
        withdrawalId=_ID,
        state={"type": "string", "enum": ["dispensed", "reversed"]},
    ),
}
_KEY_MAY = replace(KEY, required=False)
_AGAIN = {"Idempotency-Replayed": Header("`true`: this was done before", always=False)}
_WHICH = {
    "withdrawal_id": Parameter(
        "Which withdrawal, of one's own",
        text("An id", pattern="^[A-Za-z0-9._-]+$"),
        where="path",
        example="wdr_8zk2",
    )
}
_STANDS = {
    "withdrawalId": "wdr_8zk2",
    "state": "dispensed",
    "amount": 10000,
    "currency": "BRL",
    "channel": "atm",
    "createdAt": "2026-01-15T12:00:00.000Z",
    "expiresAt": "2026-01-15T12:05:00.000Z",
    "terminal": {"name": "Caixa 1", "place": "Av. Paulista, 1000"},
}
_GUARDED = {401: "NoToken", 403: "NotAllowed"}
_PERSON, _MACHINE = ({"bearer": ("atm:withdraw",)},), ({"machine": ("atm:validate",)},)
_ORDER = {"amount": 10000, "currency": "BRL", "channel": "atm"}
_CODE = {"withdrawalId": "wdr_8zk2", "code": "40571926"}
_SHOWN = {"token": "40571926", "terminalId": "ATM-0042"}
_OUTCOME = {"dispenseId": "dsp_5kq1", "terminalId": "ATM-0042", "outcome": "dispensed"}

OPERATIONS = {
    "atm.request_withdrawal": Operation(
        "Cash",
        _GUARDED
        | {
            201: answer(
                "The money is held; the voucher, shown this once",
                ref("Voucher"),
                _AGAIN,
                voucher=_CODE
                | {
                    "qr": {"payload": "portaria:atm:1:…", "svg": "<svg>…</svg>"},
                    "expiresAt": "2026-01-15T12:05:00.000Z",
                },
            ),
            409: "InTheWay",
            415: "WrongBody",
            422: "CannotBe",
            429: "TooManyChallenges",
        },
        takes=Body(ref("CashOrder"), {"order": _ORDER}),
        parameters={"Idempotency-Key": KEY},
        security=_PERSON,
    ),
    "atm.show_withdrawal": Operation(
        "Cash",
        _GUARDED
        | {200: answer("How it stands", ref("Withdrawal"), withdrawal=_STANDS), 404: "NotFound"},
        parameters=_WHICH,
        security=_PERSON,
    ),
    "atm.cancel_withdrawal": Operation(
        "Cash",
        _GUARDED
        | {
            200: answer(
                "Cancelled, now or before",
                ref("Withdrawal"),
                withdrawal=_STANDS | {"state": "cancelled"},
            ),
            404: "NotFound",
            409: "InTheWay",
        },
        parameters=_WHICH,
        security=_PERSON,
    ),
    "atm.validate_token": Operation(
        "Cash",
        _GUARDED
        | {
            200: answer(
                "The money is captured: pay it out",
                ref("CashToPay"),
                _AGAIN,
                cash={
                    "authorized": True,
                    "amount": 10000,
                    "currency": "BRL",
                    "withdrawalId": "wdr_8zk2",
                    "dispenseId": "dsp_5kq1",
                },
            ),
            404: "NotFound",
            409: "InTheWay",
            410: "TooLate",
            415: "WrongBody",
            422: "CannotBe",
            429: "TooManyVouchers",
        },
        takes=Body(ref("VoucherShown"), {"shown": _SHOWN}),
        parameters={"Idempotency-Key": _KEY_MAY},
        security=_MACHINE,
    ),
    "atm.report_dispense": Operation(
        "Cash",
        _GUARDED
        | {
            200: answer(
                "Settled, now or before",
                ref("CashSettled"),
                settled={
                    "dispenseId": "dsp_5kq1",
                    "withdrawalId": "wdr_8zk2",
                    "state": "dispensed",
                },
            ),
            404: "NotFound",
            409: "InTheWay",
            415: "WrongBody",
        },
        takes=Body(ref("CashOutcome"), {"outcome": _OUTCOME}),
        security=_MACHINE,
    ),
}
