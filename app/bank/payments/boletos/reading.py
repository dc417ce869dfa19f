"""Read a boleto, typed or scanned, of either kind: the first digit of its barcode tells which."""

import re

from app.bank.payments.boletos import of_banks, of_collection
from app.bank.payments.boletos.boleto import LENGTH, InvalidBarcode

LONGEST = 80  # characters, with what people and papers write between the digits
_BETWEEN = re.compile(r"[ .\-]")
_DIGITS = re.compile(r"[0-9]+")


def barcode(written, today):
    """Return the :class:`boleto.Boleto` of a scanned barcode. Raises InvalidBarcode."""
    found = _digits(written)
    if len(found) != LENGTH:
        raise InvalidBarcode("length", f"A barcode has {LENGTH} digits.")
    if found[0] == of_collection.PRODUCT:
        return of_collection.read(found)
    return of_banks.read(found, today)


def line(written, today):
    """Return the :class:`boleto.Boleto` of a typed line. Raises InvalidBarcode."""
    found = _digits(written)
    if len(found) == of_collection.TYPED and found[0] == of_collection.PRODUCT:
        return of_collection.read(of_collection.to_barcode(found))
    if len(found) == of_banks.TYPED and found[0] != of_collection.PRODUCT:
        return of_banks.read(of_banks.to_barcode(found), today)
    raise InvalidBarcode("length", "A line has 47 digits, or 48 and begins with 8.")


def grouped(typed):
    """Return a line of 47 or 48 digits as papers print it."""
    if len(typed) == of_collection.TYPED:
        blocks = [typed[start : start + 12] for start in range(0, of_collection.TYPED, 12)]
        return " ".join(f"{block[:-1]}-{block[-1]}" for block in blocks)
    first, second, third = typed[:10], typed[10:21], typed[21:32]
    fields = [f"{field[:5]}.{field[5:]}" for field in (first, second, third)]
    return " ".join([*fields, typed[32], typed[33:]])


def _digits(written):
    found = _BETWEEN.sub("", written)
    if not _DIGITS.fullmatch(found):
        raise InvalidBarcode("digits", "Digits alone, with spaces, points or hyphens between.")
    return found
