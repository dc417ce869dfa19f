"""What the reports' routes say of themselves (:mod:`app.foundation.openapi`)."""

from app.bank.described_fields import AMOUNT, MINOR
from app.bank.reports import asking, parameters, trends
from app.foundation import spreadsheets
from app.foundation.openapi.operation import (
    TEXT,
    Answer,
    Body,
    Header,
    Operation,
    Parameter,
    members,
    ref,
    text,
)

TAGS = {"Reports": "History, statements and figures of a wallet. Amounts are whole minor units."}

_COUNT = {"type": "integer", "minimum": 0}
_WHEN = text("When", format="date-time")
_DIRECTION = {"type": "string", "enum": list(asking.DIRECTIONS)}
_MONTH = text("Month", pattern="^[0-9]{4}-[0-9]{2}$")


def _shape(required=None, **properties):
    return members(tuple(properties) if required is None else required, more=False, **properties)


def _several(schema):
    return {"type": "array", "items": schema}


def _perhaps(schema):
    return {"anyOf": [schema, {"type": "null"}]}


_ABOUT = {
    "userId": text("Whose wallet"),
    "currency": text("ISO 4217", pattern="^[A-Z]{3}$"),
    "timeZone": text("Where days and months begin: an IANA name"),
}
_PAGE = {
    "items": _several(ref("Transaction")),
    "next": _perhaps(text("Send it as `cursor` to go on; null: there is no more")),
}
_TOTALS = {
    "in": ref("CountAndSum"),
    "out": ref("CountAndSum"),
    "byType": _several(_shape(type=TEXT, direction=_DIRECTION, count=_COUNT, amount=MINOR)),
}
_TRANSACTION = {
    "id": text("Its name; a transfer's is its `transferId`"),
    "type": text("What kind of movement, such as transfer"),
    "direction": _DIRECTION,
    "amount": MINOR,
    "currency": _ABOUT["currency"],
    "counterparty": _shape((), id=text("Their `sub`"), name=text("Their name")),
    "description": text("As its sender wrote it"),
    "status": {"type": "string", "enum": ["completed"]},
    "createdAt": _WHEN,
}
_CHANGED = _shape(
    amount=MINOR, percent=_perhaps({"type": "number", "description": "null: from nothing"})
)
_POINT = _shape(
    **{
        "period": text("A month, 2026-11, or a week, 2026-W47"),
        "from": _WHEN,
        "to": text("The first moment after it", format="date-time"),
        "complete": {"type": "boolean", "description": "Is it over?"},
        "count": _COUNT,
        "in": MINOR,
        "out": MINOR,
        "balance": MINOR | {"description": "At its end, or now"},
    }
)
SCHEMAS = {
    "CountAndSum": _shape(count=_COUNT, amount=MINOR),
    "Transaction": _shape(tuple(_TRANSACTION), **_TRANSACTION, balanceAfter=MINOR),
    "Transactions": _shape(**_ABOUT, **_PAGE),
    "Usage": _shape(**_ABOUT, months=_several(_shape(month=_MONTH, **_TOTALS))),
    "Trend": _shape(
        **_ABOUT,
        by={"type": "string", "enum": ["month", "week"]},
        series=_several(_POINT),
        average=_perhaps(_shape(**{"in": MINOR, "out": MINOR})),
        change=_perhaps(
            _shape(
                **{"in": _CHANGED, "out": _CHANGED, "balance": _CHANGED},
                period=text("The last that is over"),
                against=text("The one before it"),
            )
        ),
    ),
    "Statement": _shape(
        **_ABOUT,
        **{"from": _WHEN, "to": text("The first moment after it", format="date-time")},
        month=_MONTH,
        opening=MINOR,
        closing=MINOR | {"description": "At its end, or now"},
        **_TOTALS,
        **_PAGE,
    ),
}

_DAY = "^(20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"
_WHICH = "^(20|21)[0-9]{2}-(0[1-9]|1[0-2])$"
_KINDS = "^[a-z][a-z_]{0,39}(,[a-z][a-z_]{0,39}){0,9}$"
_OWNER = {
    "user_id": Parameter(
        "`me`; or the person's `sub` or integer id, which must be the token's own",
        text("One of these names", pattern="^[A-Za-z0-9._~-]+$"),
        where="path",
        example="me",
    )
}
_PAGING = {
    "cursor": Parameter("`next` of the answer before", text("As it was", maxLength=255)),
    "limit": Parameter(
        "Movements at once", {"type": "integer", "minimum": 1, "maximum": asking.MOST_LINES}
    ),
    "format": Parameter(
        "`csv`: all of them, as a file", {"type": "string", "enum": list(asking.FORMATS)}
    ),
}
_FILTERS = {
    "from": Parameter("The first day", text("In the bank's time zone", pattern=_DAY)),
    "to": Parameter("The last day", text("In the bank's time zone", pattern=_DAY)),
    "type": Parameter("Kinds, with commas between", text("Such as transfer", pattern=_KINDS)),
    "direction": Parameter(
        "Which way it went", {"type": "string", "enum": list(asking.DIRECTIONS)}
    ),
    "min": Parameter("At least so much", AMOUNT),
    "max": Parameter("At most so much", AMOUNT),
    "q": Parameter(
        "In the description", text("Text", minLength=1, maxLength=parameters.LONGEST_WORDS)
    ),
}


def _count(most):
    return {"type": "integer", "minimum": 2, "maximum": most}


def _read(says, schema, parameters, *, csv=False):
    bodies = (Body(ref(schema)),)
    headers = {}
    if csv:
        bodies += (Body(TEXT, media=spreadsheets.MEDIA),)
        headers["Content-Disposition"] = Header("The file's name, with CSV", always=False)
    return Operation(
        "Reports",
        {200: Answer(says, bodies, headers), 401: "NoToken", 403: "NotAllowed"},
        parameters=_OWNER | parameters,
        security=({"bearer": ("reports:read",)},),
    )


_STATEMENT = _read("The month", "Statement", _PAGING, csv=True)
OPERATIONS = {
    "reports.transactions": _read("A page", "Transactions", _FILTERS | _PAGING, csv=True),
    "reports.usage": _read(
        "Month by month",
        "Usage",
        {
            "from": Parameter("The first month", text("Month", pattern=_WHICH)),
            "to": Parameter("The last month; else this one", text("Month", pattern=_WHICH)),
        },
    ),
    "reports.trend": _read(
        "The series",
        "Trend",
        {
            "by": Parameter("Of what", {"type": "string", "enum": list(trends.STEPS)}),
            "periods": Parameter("How many, up to now", _count(trends.STEPS["week"][2])),
        },
    ),
    "reports.statement": _STATEMENT.but(
        answers=_STATEMENT.answers | {404: "NotFound"},
        parameters=_STATEMENT.parameters
        | {
            "month": Parameter(
                "Which month", text("Month", pattern=_WHICH), where="path", example="2026-11"
            )
        },
    ),
}
