"""What orders of money have in common: what may be wrong with each field, told field by field."""

import re

from app.bank import money
from app.bank.problems import Invalid
from app.foundation.problem_documents import wrong

LONGEST_DESCRIPTION = 140

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def right(order, errors):
    """Return ``order``. Raises Invalid: with the ``errors`` (as of :func:`wrong`), if any."""
    found = list(errors)
    if found:
        raise Invalid(found)
    return order


def unknown(body, known):
    """Yield what is wrong with the names in ``body`` (dict) that are not among ``known`` (set)."""
    for name in sorted(body.keys() - known):
        yield wrong(name[:40], "unknown_field", "There is no such field.")


def amount(value, field="amount", least=1):
    """Yield what is wrong with an amount in minor units."""
    if not money.is_an_amount(value, least):
        told = f"A whole number of minor units, {least} to {money.LARGEST_MINOR}."
        yield wrong(field, "invalid_amount", told)


def currency(value):
    """Yield what is wrong with a currency."""
    if not money.is_a_currency(value):
        yield wrong("currency", "invalid_currency", "An ISO 4217 code.")


def description(value):
    """Yield what is wrong with words that people are shown: no control, no turned direction."""
    fits = isinstance(value, str) and len(value) <= LONGEST_DESCRIPTION
    if not fits or _UNPRINTABLE.search(value):
        told = f"At most {LONGEST_DESCRIPTION} printable characters."
        yield wrong("description", "invalid_description", told)
