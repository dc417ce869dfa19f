"""The orders of payments, read from JSON: every field of one kind, nothing guessed."""

import re
from datetime import date
from typing import NamedTuple

from app.bank import fields
from app.bank.payments import phones
from app.bank.payments.boletos import reading
from app.bank.payments.boletos.boleto import InvalidBarcode
from app.bank.payments.models import BILL, TOPUP
from app.foundation.problem_documents import wrong
from app.foundation.problems import Problem

_BILL = {"barcode", "line", "amount", "currency", "dueDate", "description"}
_TOPUP = {"phone", "carrier", "amount", "currency", "description"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MISSING = object()


class Differs(Problem):
    """What the order says is not what the boleto says."""

    status = 422

    def __init__(self, field, code, message):
        super().__init__()
        self.code, self.description = code, message
        self.errors = [wrong(field, code, message)]


class Order(NamedTuple):
    """What to pay.

    kind: ``bill`` or ``topup``; to: the barcode, or the phone in E.164; name: whom it goes to, as
    far as we know by ourselves; line: of a boleto, as people type it; carrier: of the phone.
    """

    kind: str
    amount_minor: int
    currency: str
    description: str
    to: str
    name: str
    line: str | None = None
    due_date: date | None = None
    carrier: str | None = None


def bill(body, currency, today):
    """Return the :class:`Order` of a bill in ``body`` (dict of JSON).

    currency: taken when the body names none; today: the day it is where boletos fall due.

    Raises Invalid: with every field that is missing, unknown or of the wrong kind. Raises
    InvalidBarcode; Differs: when amount or due date are not the boleto's.
    """
    written = {name: body[name] for name in ("barcode", "line") if name in body}
    errors = [*_usual(body, _BILL)]
    if len(written) != 1:
        errors.append(wrong("barcode", "required", "Send a barcode or a line, one of them."))
    for name, value in written.items():
        if not isinstance(value, str) or not 0 < len(value) <= reading.LONGEST:
            errors.append(wrong(name, "invalid_barcode", f"1 to {reading.LONGEST} characters."))
    errors += fields.amount(body["amount"]) if "amount" in body else ()
    due = _day(body.get("dueDate"))
    if due is _MISSING:
        errors.append(wrong("dueDate", "invalid_date", "A day, such as 2026-12-01."))
    fields.right(written, errors)
    ((field, value),) = written.items()
    boleto = _read(field, value, today)
    return Order(
        kind=BILL,
        amount_minor=_agreed_amount(boleto, body.get("amount")),
        currency=body.get("currency", currency),
        description=body.get("description", ""),
        to=boleto.barcode,
        name=boleto.payee,
        line=boleto.line,
        due_date=_agreed_day(boleto, due),
    )


def topup(body, currency):
    """Return the :class:`Order` of phone credit in ``body``. Raises Invalid, as :func:`bill`."""
    errors = [*_usual(body, _TOPUP)]
    phone, carrier = body.get("phone"), body.get("carrier")
    number = phones.mobile(phone) if isinstance(phone, str) and len(phone) <= 40 else None
    carrier = carrier.strip().lower() if isinstance(carrier, str) else None
    if number is None:
        errors.append(wrong("phone", "invalid_phone", "A Brazilian mobile number with its area."))
    if carrier not in phones.CARRIERS:
        known = ", ".join(phones.CARRIERS)
        errors.append(wrong("carrier", "unknown_carrier", f"One of {known}."))
    fields.right(body, [*errors, *fields.amount(body.get("amount"))])
    return Order(
        kind=TOPUP,
        amount_minor=body["amount"],
        currency=body.get("currency", currency),
        description=body.get("description", ""),
        to=number,
        name=phones.CARRIERS[carrier],
        carrier=carrier,
    )


def _usual(body, known):
    yield from fields.unknown(body, known)
    yield from fields.currency(body["currency"]) if "currency" in body else ()
    yield from fields.description(body.get("description", ""))


def _read(field, value, today):
    try:
        return getattr(reading, field)(value, today)
    except InvalidBarcode as invalid:
        raise invalid.found_in(field) from None


def _day(value):
    """A day, None where there is no word of one, ``_MISSING`` where it is none."""
    if value is None:
        return None
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return _MISSING
    try:
        return date.fromisoformat(value)
    except ValueError:
        return _MISSING


def _agreed_amount(boleto, amount):
    if boleto.amount_minor is None and amount is None:
        raise Differs("amount", "amount_needed", "This boleto leaves the amount to who pays.")
    if None not in {boleto.amount_minor, amount} and amount != boleto.amount_minor:
        raise Differs("amount", "amount_differs", "The boleto is of another amount.")
    return amount or boleto.amount_minor


def _agreed_day(boleto, due):
    if None not in {boleto.due_date, due} and due != boleto.due_date:
        raise Differs("dueDate", "due_date_differs", "The boleto falls due on another day.")
    return boleto.due_date or due
