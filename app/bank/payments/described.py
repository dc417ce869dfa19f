"""What the routes of payments say of themselves (:mod:`app.foundation.openapi`)."""

from app.bank.described_fields import AMOUNT, CURRENCY, KEY
from app.bank.fields import LONGEST_DESCRIPTION
from app.bank.payments import phones
from app.bank.payments.boletos.reading import LONGEST
from app.bank.payments.providers.interface import STATES
from app.foundation.openapi.operation import (
    HTML,
    TEXT,
    Answer,
    Body,
    Header,
    Operation,
    Parameter,
    answer,
    members,
    ref,
    text,
)

TAGS = {"Payments": "Bills and phone credit, carried out by a provider, each once."}
_DESCRIPTION = text("For oneself", maxLength=LONGEST_DESCRIPTION)
_DIGITS = text("Digits, with spaces, points or hyphens between", minLength=1, maxLength=LONGEST)
_DAY = {"type": ["string", "null"], "format": "date", "description": "As the boleto says"}
_WHEN = {"type": ["string", "null"], "format": "date-time"}
_MAYBE = {"type": ["string", "null"]}

_PAYMENT = {
    "paymentId": text("Its name"),
    "topupId": text("The same, of phone credit just ordered"),
    "kind": {"type": "string", "enum": ["bill", "topup"]},
    "status": {"type": "string", "enum": list(STATES)},
    "amount": AMOUNT,
    "currency": CURRENCY,
    "payee": members(
        ("name", "document", "institution"),
        more=False,
        name=text("Who is paid, as far as is known"),
        document=_MAYBE,
        institution=_MAYBE,
    ),
    "description": _DESCRIPTION,
    "createdAt": text("When it was ordered", format="date-time"),
    "settledAt": _WHEN | {"description": "When it was completed or refused"},
    "reversedAt": _WHEN | {"description": "When the money came back"},
    "reason": _MAYBE | {"description": "Why it was refused or reversed, a short code"},
    "receipt": _MAYBE | {"description": "Where the receipt is, once it was completed"},
    "detail": text("Of a pending one: what it waits for"),
    "barcode": text("Of a bill: 44 digits"),
    "line": text("Of a bill: the same as people type it"),
    "dueDate": _DAY,
    "phone": text("Of phone credit: the number; in the answer to the order but its ends"),
    "carrier": text("Of phone credit: who runs the phone"),
}
_ALWAYS = ("paymentId", "kind", "status", "amount", "currency", "payee", "description")
_ALWAYS += ("createdAt", "settledAt", "reversedAt", "reason", "receipt")
SCHEMAS = {
    "BillOrder": members(
        (),
        more=False,
        barcode=_DIGITS,
        line=_DIGITS,
        amount=AMOUNT | {"description": "Needed where the boleto leaves it open"},
        currency=CURRENCY,
        dueDate=_DAY,
        description=_DESCRIPTION,
    )
    | {"oneOf": [{"required": ["barcode"]}, {"required": ["line"]}]},
    "TopupOrder": members(
        ("phone", "carrier", "amount"),
        more=False,
        phone=text("A Brazilian mobile number with its area", minLength=1, maxLength=40),
        carrier=text(f"In whatever case: {', '.join(phones.CARRIERS)}"),
        amount=AMOUNT,
        currency=CURRENCY,
        description=_DESCRIPTION,
    ),
    "Payment": members(_ALWAYS, more=False, **_PAYMENT),
    "Payments": members(
        ("payments", "cursor"),
        more=False,
        payments={"type": "array", "items": ref("Payment")},
        cursor=_MAYBE | {"description": "What to go on from; null at the end"},
    ),
    "PaymentReceipt": members(
        (*_ALWAYS, "authenticationCode"),
        more=False,
        **_PAYMENT,
        authenticationCode=text("By which the bank knows its own receipt"),
    ),
}
_GUARDED = {401: "NoToken", 403: "NotAllowed"}
_ORDERING = _GUARDED | {409: "KeyReused", 415: "WrongBody"}
_ORDERING |= {422: "CannotBe", 429: "TooManyChallenges"}
_ONE = {
    "payment_id": Parameter(
        "The payment",
        text("Its name", pattern="^pay_[0-9a-z]{25}$"),
        where="path",
        example="pay_0m3k5d8q1x7v2b9n4c6z0a1s2",
    )
}
_LINE = "00190500954014481606906809350314337370000000100"
_MADE = {
    "Location": Header("Where it can be asked of", always=False),
    "Idempotency-Replayed": Header("`true`: this was done before", always=False),
}
_ORDERED = answer("Ordered: completed, or pending with its money held", ref("Payment"), _MADE)
_ALLOWED = ({"bearer": ("payments:write",)},)

OPERATIONS = {
    "payments.bill": Operation(
        "Payments",
        _ORDERING | {201: _ORDERED},
        takes=Body(ref("BillOrder"), {"order": {"line": _LINE, "description": "Condomínio"}}),
        parameters={"Idempotency-Key": KEY},
        security=_ALLOWED,
    ),
    "payments.topup": Operation(
        "Payments",
        _ORDERING | {201: _ORDERED},
        takes=Body(
            ref("TopupOrder"),
            {"order": {"phone": "+5511987654321", "carrier": "vivo", "amount": 2000}},
        ),
        parameters={"Idempotency-Key": KEY},
        security=_ALLOWED,
    ),
    "payments.listed": Operation(
        "Payments",
        _GUARDED | {200: answer("Newest first", ref("Payments")), 404: "NotFound"},
        parameters={
            "limit": Parameter(
                "How many at most", {"type": "integer", "minimum": 1, "maximum": 100}
            ),
            "cursor": Parameter("What the page before ended with", TEXT),
        },
        security=_ALLOWED,
    ),
    "payments.show": Operation(
        "Payments",
        _GUARDED | {200: answer("How it stands", ref("Payment")), 404: "NotFound"},
        parameters=_ONE,
        security=_ALLOWED,
    ),
    "payments.receipt": Operation(
        "Payments",
        _GUARDED
        | {
            200: Answer(
                "The receipt; as a page to be printed, if that is preferred",
                (Body(ref("PaymentReceipt")), Body(TEXT, media=HTML)),
            ),
            404: "NotFound",
            409: "NoneYet",
        },
        parameters=_ONE,
        security=_ALLOWED,
    ),
}
