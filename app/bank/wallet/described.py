"""What the wallet's routes say of themselves (:mod:`app.foundation.openapi`)."""

from app.bank.described_fields import AMOUNT, CURRENCY, KEY, MINOR
from app.bank.fields import LONGEST_DESCRIPTION
from app.foundation.openapi.operation import (
    TEXT,
    Body,
    Header,
    Operation,
    Parameter,
    answer,
    members,
    ref,
    text,
)

TAGS = {"Wallet": "What a wallet holds, and sending from it. Amounts are whole minor units."}
_SUB = "0190d5a0-6f7c-7c3e-9d0c-3f5f2c1d7a11"

SCHEMAS = {
    "Balance": members(
        ("userId", "currency", "available", "held", "asOf"),
        more=False,
        userId=text("Whose wallet"),
        currency=CURRENCY,
        available=MINOR,
        held=MINOR,
        asOf=text("When", format="date-time"),
    ),
    "TransferOrder": members(
        ("to", "amount"),
        more=False,
        to={
            "description": "The payee: their `sub`, their integer id, or a contact that is a key",
            "anyOf": [
                {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"},
                {"type": "integer", "minimum": 0},
                ref("Contact"),
            ],
        },
        amount=AMOUNT,
        currency=CURRENCY,
        description=text("Shown to both", maxLength=LONGEST_DESCRIPTION),
    ),
    "Contact": {
        "description": "One contact, by its name; a phone is written as E.164",
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {"email": TEXT, "phone": TEXT, "cpf": TEXT},
        "additionalProperties": False,
    },
    "DepositOrder": members(
        ("amount",),
        more=False,
        amount=AMOUNT,
        currency=CURRENCY,
        reference=text("The partner's own", maxLength=64),
    ),
    "Deposit": members(
        ("depositId", "status", "userId", "amount", "currency", "reference"),
        more=False,
        depositId=text("Its name"),
        status={"type": "string", "enum": ["completed"]},
        userId=text("Whose wallet"),
        amount=AMOUNT,
        currency=CURRENCY,
        reference=text("As sent"),
    ),
    "SupportLook": members(
        ("userId", "currency", "frozen", "hasHeld", "openedAt", "movements"),
        more=False,
        userId=text("Masked"),
        currency=CURRENCY,
        frozen={"type": "boolean"},
        hasHeld={"type": "boolean"},
        openedAt=text("When", format="date-time"),
        movements={
            "type": "array",
            "items": members(
                ("id", "type", "direction", "amount", "createdAt"),
                more=False,
                id=TEXT,
                type=TEXT,
                direction={"type": "string", "enum": ["in", "out"]},
                amount=MINOR,
                createdAt=text("When", format="date-time"),
            ),
        },
    ),
    "Transfer": members(
        ("transferId", "status", "to", "amount", "currency", "description", "createdAt"),
        more=False,
        transferId=text("Its name"),
        status={"type": "string", "enum": ["completed"]},
        to=text("The payee"),
        amount=AMOUNT,
        currency=CURRENCY,
        description=text("As sent"),
        createdAt=text("When", format="date-time"),
    ),
}
OWNER = {
    "user_id": Parameter(
        "`me`; or the person's `sub` or integer id, which must be the token's own",
        text("One of these names", pattern="^[A-Za-z0-9._~-]+$"),
        where="path",
        example="me",
    )
}
_ORDER = {"to": _SUB, "amount": 12500, "currency": "BRL", "description": "Pão de queijo"}
GUARDED = {401: "NoToken", 403: "NotAllowed"}

OPERATIONS = {
    "wallet.balance": Operation(
        "Wallet",
        GUARDED
        | {
            200: answer(
                "What it holds",
                ref("Balance"),
                balance={
                    "userId": _SUB,
                    "currency": "BRL",
                    "available": 100000,
                    "held": 0,
                    "asOf": "2026-01-15T12:00:00.000Z",
                },
            )
        },
        parameters=OWNER,
        security=({"bearer": ("wallet:read",)},),
    ),
    "wallet.transfer": Operation(
        "Wallet",
        GUARDED
        | {
            201: answer(
                "Done",
                ref("Transfer"),
                {"Idempotency-Replayed": Header("`true`: this was done before", always=False)},
                transfer=_ORDER
                | {
                    "transferId": "trf_8Zk2",
                    "status": "completed",
                    "createdAt": "2026-01-15T12:00:00.000Z",
                },
            ),
            409: "KeyReused",
            415: "WrongBody",
            422: "CannotBe",
            429: "TooManyChallenges",
        },
        takes=Body(ref("TransferOrder"), {"order": _ORDER}),
        parameters=OWNER | {"Idempotency-Key": KEY},
        security=({"bearer": ("wallet:transfer",)},),
    ),
    "wallet.deposit": Operation(
        "Wallet",
        GUARDED
        | {
            201: answer(
                "Done",
                ref("Deposit"),
                {"Idempotency-Replayed": Header("`true`: this was done before", always=False)},
                deposit={
                    "depositId": "ent_8Zk2",
                    "status": "completed",
                    "userId": _SUB,
                    "amount": 5000,
                    "currency": "BRL",
                    "reference": "slip 42",
                },
            ),
            409: "KeyReused",
            415: "WrongBody",
            422: "CannotBe",
        },
        takes=Body(ref("DepositOrder"), {"order": {"amount": 5000, "reference": "slip 42"}}),
        parameters=OWNER | {"Idempotency-Key": KEY},
        security=({"bearer": ("wallet:deposit",)},),
    ),
    "wallet.look": Operation(
        "Wallet",
        GUARDED
        | {
            200: answer(
                "What support may know; the look is recorded",
                ref("SupportLook"),
                look={
                    "userId": "0190…7a11",
                    "currency": "BRL",
                    "frozen": False,
                    "hasHeld": False,
                    "openedAt": "2026-01-15T12:00:00.000Z",
                    "movements": [],
                },
            ),
            422: "CannotBe",
        },
        parameters=OWNER,
        security=({"bearer": ("support:read",)},),
    ),
}
