"""The order of a transfer, read from JSON: four fields, each of one kind, nothing guessed."""

import re
from typing import NamedTuple

from app.bank import fields
from app.bank.wallet import contacts
from app.foundation.problem_documents import wrong

_PAYEE = re.compile(r"[\x21-\x7e]{1,255}")  # a sub (OIDC Core §2) or an integer id
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
    return fields.right(order, [*fields.unknown(body, _FIELDS), *_wrong_fields(order)])


def _payee(to):
    """What ``to`` names: an address or a phone is known by its shape, a CPF by its name alone."""
    if type(to) is int:
        return str(to)
    if isinstance(to, str) and ("@" in to or to.startswith("+")):
        to = {"email" if "@" in to else "phone": to}
    return contacts.read(to, "to") if isinstance(to, dict) else to


def _wrong_fields(order):
    if not isinstance(order.to, contacts.Contact) and not _is_a_name(order.to):
        yield wrong("to", "invalid_payee", "Name the payee's wallet.")
    yield from fields.amount(order.amount_minor)
    yield from fields.currency(order.currency)
    yield from fields.description(order.description)


def _is_a_name(to):
    return isinstance(to, str) and _PAYEE.fullmatch(to) is not None
