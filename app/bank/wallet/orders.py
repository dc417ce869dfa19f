"""The order of a transfer, read from JSON: four fields, each of one kind, nothing guessed."""

import re
from typing import NamedTuple

from app.bank import money
from app.bank.problems import Invalid, wrong
from app.bank.wallet import contacts

LONGEST_DESCRIPTION = 140

_PAYEE = re.compile(r"[\x21-\x7e]{1,255}")  # a sub (OIDC Core §2) or an integer id
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_FIELDS = {"to", "amount", "currency", "description"}


class Order(NamedTuple):
    """To whom, how much, and why. to: a ``sub``, an integer id as text, or a Contact."""

    to: str | contacts.Contact
    amount_minor: int
    currency: str
    description: str


def read(body, currency):
    """Return the :class:`Order` in ``body`` (dict of JSON).

    currency: taken when the body names none.

    Raises Invalid: with every field that is missing, unknown or of the wrong kind.
    """
    order = Order(
        to=_payee(body.get("to")),
        amount_minor=body.get("amount"),
        currency=body.get("currency", currency),
        description=body.get("description", ""),
    )
    errors = [wrong(name, "unknown_field", "There is no such field.") for name in _extra(body)]
    errors += _wrong_fields(order)
    if errors:
        raise Invalid(errors)
    return order


def _payee(to):
    """What ``to`` names: an address or a phone is known by its shape, a CPF by its name alone."""
    if type(to) is int:
        return str(to)
    if isinstance(to, str) and ("@" in to or to.startswith("+")):
        to = {"email" if "@" in to else "phone": to}
    return contacts.read(to, "to") if isinstance(to, dict) else to


def _extra(body):
    return sorted(name[:40] for name in body.keys() - _FIELDS)


def _wrong_fields(order):
    if not isinstance(order.to, contacts.Contact) and not _is_a_name(order.to):
        yield wrong("to", "invalid_payee", "Name the payee's wallet.")
    if not money.is_an_amount(order.amount_minor):
        yield wrong(
            "amount",
            "invalid_amount",
            f"A whole number of minor units, 1 to {money.LARGEST_MINOR}.",
        )
    if not money.is_a_currency(order.currency):
        yield wrong("currency", "invalid_currency", "An ISO 4217 code.")
    text = order.description
    if not isinstance(text, str) or len(text) > LONGEST_DESCRIPTION or _UNPRINTABLE.search(text):
        yield wrong(
            "description",
            "invalid_description",
            f"At most {LONGEST_DESCRIPTION} printable characters.",
        )


def _is_a_name(to):
    return isinstance(to, str) and _PAYEE.fullmatch(to) is not None
