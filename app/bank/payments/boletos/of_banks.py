"""Boletos of banks: 47 digits to type, 44 in the barcode, a due date and an amount in both.

A line is three fields with a check digit each, the general check digit, and due date and amount.
"""

from datetime import date, timedelta

from app.bank.payments.boletos import digits
from app.bank.payments.boletos.bank_names import name_of
from app.bank.payments.boletos.boleto import Boleto, InvalidBarcode

TYPED = 47
REAL = "9"  # the only currency there is
FIRST_DAY = date(1997, 10, 7)  # that the due date's factor counts from
ROUND = 9000  # days: after 9999, on 21 February 2025, the factor began again at 1000
LEAST_FACTOR = 1000
OVERDUE_AT_MOST = timedelta(days=3000)  # older than that it belongs to the next round


def to_barcode(line):
    """Return the barcode of ``line`` (47 digits). Raises InvalidBarcode: in which field."""
    fields = line[:10], line[10:21], line[21:32]
    for number, field in enumerate(fields, 1):
        if digits.mod10(field[:-1]) != int(field[-1]):
            raise InvalidBarcode(f"field_{number}", f"The check digit of field {number} is wrong.")
    first, second, third = (field[:-1] for field in fields)
    return first[:4] + line[32:] + first[4:] + second + third


def to_line(barcode):
    """Return ``barcode`` as people type it."""
    free = barcode[19:]
    fields = barcode[:4] + free[:5], free[5:15], free[15:]
    return "".join(f"{field}{digits.mod10(field)}" for field in fields) + barcode[4:19]


def read(barcode, today):
    """Return the :class:`Boleto` of ``barcode`` (44 digits), read on the day ``today``.

    Raises InvalidBarcode.
    """
    if barcode[3] != REAL:
        raise InvalidBarcode("currency", "The currency digit is not 9 (BRL).")
    if digits.mod11_of_banks(barcode[:4] + barcode[5:]) != int(barcode[4]):
        raise InvalidBarcode("check_digit", "The general check digit is wrong.")
    return Boleto(
        barcode=barcode,
        line=to_line(barcode),
        amount_minor=int(barcode[9:19]) or None,
        due_date=_due(int(barcode[5:9]), today),
        payee=name_of(barcode[:3]),
    )


def _due(factor, today):
    """The day that ``factor`` means: of all rounds, the first that is not overdue for too long."""
    if factor == 0:
        return None
    if factor < LEAST_FACTOR:
        raise InvalidBarcode("due_date", "The due date's factor is below 1000.")
    day = FIRST_DAY + timedelta(days=factor)
    while day < today - OVERDUE_AT_MOST:
        day += timedelta(days=ROUND)
    return day
