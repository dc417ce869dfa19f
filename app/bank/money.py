"""Money: whole minor units and an ISO 4217 code; never a float."""

import re

LARGEST_MINOR = 10**12  # one deed moves at most so much

_CODE = re.compile(r"[A-Z]{3}")


def is_an_amount(value, least=1):
    """Is ``value`` a whole number of minor units, from ``least`` to ``LARGEST_MINOR``?

    A float is none, however round: what cannot be held exactly is not money. Nor is a boolean,
    which Python counts among the numbers.
    """
    return type(value) is int and least <= value <= LARGEST_MINOR


def is_a_currency(value):
    """Is ``value`` shaped like an ISO 4217 code?"""
    return isinstance(value, str) and _CODE.fullmatch(value) is not None
