"""Receipts: what was paid, and a code by which the bank knows its own receipt again.

The code is of the payment's own row under a key of the bank, so a changed receipt does not bear it.
"""

import base64

from flask import current_app

from app.bank.payments import sealed
from app.bank.payments.providers.interface import COMPLETED, REVERSED
from app.foundation import clock, digests
from app.foundation.problems import Problem

PURPOSE = "receipts"
LENGTH, GROUP = 24, 4  # 120 bits in letters, four to a group


class NoneYet(Problem):
    """The payment was not completed, so there is nothing to receipt."""

    code = "no_receipt"
    status = 409
    description = "There is a receipt once the payment is completed."


def code_of(row):
    """Return the authentication code of the receipt of ``row``. Raises NoneYet."""
    if row.state not in {COMPLETED, REVERSED}:
        raise NoneYet
    return _code(_ring().derive(PURPOSE), row)


def is_ours(row, code):
    """Does a receipt of ``row`` bear ``code``, as this bank writes it or wrote it?"""
    if row.state not in {COMPLETED, REVERSED}:
        return False
    given = code.upper().encode("ascii", "replace")
    keys = _ring().derive_each(PURPOSE)
    return any(digests.same(_code(key, row).encode(), given) for key in keys)


def _code(key, row):
    to = sealed.opened(row)
    said = (row.id, row.entry_id, row.owner_sub, str(row.amount_minor), row.currency, to.to)
    said += (to.name, clock.to_the_second(row.settled_at))
    letters = base64.b32encode(digests.keyed(key, "\n".join(said))).decode()[:LENGTH]
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def _ring():
    return current_app.extensions["sealing"]
