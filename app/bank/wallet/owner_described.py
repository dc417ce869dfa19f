"""What the routes of a wallet's settings say of themselves (:mod:`app.foundation.openapi`)."""

from app.bank import money
from app.bank.described_fields import MINOR
from app.bank.wallet.described import GUARDED, OWNER
from app.foundation.openapi.operation import (
    TEXT,
    Answer,
    Body,
    Operation,
    Parameter,
    answer,
    members,
    ref,
    text,
)

_LIMIT = {"type": "integer", "minimum": 0, "maximum": money.LARGEST_MINOR}
_EACH = {"deed": MINOR, "day": MINOR, "night": MINOR}
_MOMENT = text("When", format="date-time")
_CLOCK = {"from": TEXT, "to": TEXT}


def _list(**properties):
    items = {"type": "array", "items": members(tuple(properties), more=False, **properties)}
    return members(("items",), more=False, items=items)


SCHEMAS = {
    "Limits": members(
        ("limits", "night"),
        more=False,
        limits=members(tuple(_EACH), more=False, **_EACH),
        night=members(tuple(_CLOCK), more=False, **_CLOCK),
        next=members((*_EACH, "from"), more=False, **_EACH, **{"from": _MOMENT}),
    ),
    "NewLimits": members((), more=False, deed=_LIMIT, day=_LIMIT, night=_LIMIT)
    | {"minProperties": 1},
    "KnownPayees": _list(payee=TEXT, since=_MOMENT),
    "WalletKeys": _list(keyId=TEXT, kind=TEXT, shown=text("Masked"), since=_MOMENT),
}
_LIMITS = {
    "limits": {"deed": 500000, "day": 1000000, "night": 100000},
    "night": {"from": "20:00", "to": "06:00"},
}
_READS, _SETTLES = ({"bearer": ("wallet:read",)},), ({"bearer": ("wallet:limits",)},)
_GONE = Answer("Done, or it was so already")


def _named(name, says):
    return {name: Parameter(says, TEXT, where="path", example="0190d5a0")}


def _settles(answers, *, takes=None, more=None):
    with_body = {415: "WrongBody"} if takes else {}
    known = {404: "NotFound"} | with_body
    parameters = OWNER | (more or {})
    return Operation(
        "Wallet", GUARDED | known | answers, takes=takes, parameters=parameters, security=_SETTLES
    )


def _reads(says, schema, **examples):
    answers = {200: answer(says, ref(schema), **examples), 404: "NotFound"}
    return Operation("Wallet", GUARDED | answers, parameters=OWNER, security=_READS)


_NOW = answer("Those of now, and those to come", ref("Limits"), limits=_LIMITS)
OPERATIONS = {
    "wallet_owner.limits": _reads("How much may leave", "Limits", limits=_LIMITS),
    "wallet_owner.change_limits": _settles(
        {200: _NOW}, takes=Body(ref("NewLimits"), {"lower": {"night": 50000}})
    ),
    "wallet_owner.keep_limits": _settles({200: _NOW}),
    "wallet_owner.known_payees": _reads("Whom the owner is known to pay", "KnownPayees"),
    "wallet_owner.trust_payee": _settles(
        {
            201: answer(
                "Known", members(("payee", "known"), payee=TEXT, known={"type": "boolean"})
            ),
            422: "CannotBe",
        },
        takes=Body(
            members(("payee",), payee={"type": ["string", "integer"]}), {"payee": {"payee": "42"}}
        ),
    ),
    "wallet_owner.forget_payee": _settles(
        {204: _GONE}, more=_named("payee", "The `sub` of the payee")
    ),
    "wallet_owner.keys": _reads("Contacts that are keys, masked", "WalletKeys"),
    "wallet_owner.claim_key": _settles(
        {
            201: answer("Claimed", members(("keyId", "kind"), keyId=TEXT, kind=TEXT)),
            422: "CannotBe",
        },
        takes=Body(ref("Contact"), {"email": {"email": "ana@exemplo.com.br"}}),
    ),
    "wallet_owner.remove_key": _settles({204: _GONE}, more=_named("key_id", "Which key")),
}
