"""What apps and terminals ask of this room, read from JSON: each field of one kind, no others."""

import re
from typing import NamedTuple

from app.bank import fields
from app.bank.atm.models import AGENT, MACHINE
from app.foundation.problem_documents import wrong

DISPENSED, FAILED = "dispensed", "failed"
LONGEST_TOKEN = 100

_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")
_CHANNELS, _OUTCOMES = (MACHINE, AGENT), (DISPENSED, FAILED)


class Order(NamedTuple):
    """How much cash, and whether from a machine or an agent."""

    amount_minor: int
    currency: str
    channel: str


class Shown(NamedTuple):
    """A voucher shown at a terminal. amount_minor: what its owner typed there, or None."""

    token: str
    terminal_id: str
    amount_minor: int | None


class Outcome(NamedTuple):
    """What became of the cash: ``dispensed`` or ``failed``."""

    dispense_id: str
    terminal_id: str
    outcome: str


def read_order(body, currency):
    """Return the :class:`Order` in ``body`` (dict of JSON).

    currency: taken when the body names none. Raises Invalid: with every field that is wrong.
    """
    order = Order(body.get("amount"), body.get("currency", currency), body.get("channel"))
    errors = [*fields.unknown(body, {"amount", "currency", "channel"})]
    errors += [*fields.amount(order.amount_minor), *fields.currency(order.currency)]
    errors += _not_among("channel", order.channel, _CHANNELS)
    return fields.right(order, errors)


def read_shown(body):
    """Return the :class:`Shown` in ``body``. Raises Invalid."""
    shown = Shown(body.get("token"), body.get("terminalId"), body.get("amount"))
    errors = [*fields.unknown(body, {"token", "terminalId", "amount"})]
    if not isinstance(shown.token, str) or not 0 < len(shown.token) <= LONGEST_TOKEN:
        errors.append(wrong("token", "invalid_token", "The digits, or what the QR code says."))
    errors += _not_an_id("terminalId", shown.terminal_id)
    errors += fields.amount(shown.amount_minor) if "amount" in body else ()
    return fields.right(shown, errors)


def read_outcome(body):
    """Return the :class:`Outcome` in ``body``. Raises Invalid."""
    told = Outcome(body.get("dispenseId"), body.get("terminalId"), body.get("outcome"))
    errors = [*fields.unknown(body, {"dispenseId", "terminalId", "outcome"})]
    errors += _not_an_id("dispenseId", told.dispense_id)
    errors += _not_an_id("terminalId", told.terminal_id)
    errors += _not_among("outcome", told.outcome, _OUTCOMES)
    return fields.right(told, errors)


def _not_an_id(field, value):
    if not isinstance(value, str) or not _ID.fullmatch(value):
        yield wrong(field, "invalid_id", "1 to 40 letters, digits, dots, dashes, underscores.")


def _not_among(field, value, values):
    if not isinstance(value, str) or value not in values:
        yield wrong(field, f"invalid_{field}", f"One of: {', '.join(values)}.")
