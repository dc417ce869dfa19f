"""Whom a payment goes to, sealed: phones and what boletos say of people (S118)."""

import json
from typing import NamedTuple

from flask import current_app


class To(NamedTuple):
    """Whom and what a payment is for.

    to: the barcode, or the phone in E.164; name: who is paid; line: of a boleto; carrier: of the
    phone, as the provider knows it; confirmed: the name is the provider's word, not our guess.
    """

    to: str
    name: str
    document: str | None = None
    institution: str | None = None
    line: str | None = None
    carrier: str | None = None
    confirmed: bool = False


def seal(payment_id, to):
    """Return ``to`` sealed for the row of ``payment_id``."""
    clear = json.dumps(to._asdict(), separators=(",", ":")).encode()
    return current_app.extensions["sealing"].seal(clear, _place(payment_id))


def opened(row):
    """Return the :class:`To` of a payment's row."""
    clear = current_app.extensions["sealing"].open(row.payee_sealed, _place(row.id))
    return To(**json.loads(clear))


def _place(payment_id):
    return f"payments/{payment_id}/payee_sealed"
