"""Boletos of collection (*arrecadação*): what utilities and public bodies send, 48 digits to type.

Four blocks of eleven digits with a check digit each; the barcode is the blocks without them.
"""

from app.bank.payments.boletos import digits
from app.bank.payments.boletos.boleto import Boleto, InvalidBarcode

TYPED = 48
PRODUCT = "8"  # how every one begins
BLOCK = 11
SCHEMES = {  # the third digit: which check digits, and whether the value is an amount
    "6": (digits.mod10, True),
    "7": (digits.mod10, False),
    "8": (digits.mod11_of_collection, True),
    "9": (digits.mod11_of_collection, False),
}
SEGMENTS = {
    "1": "Prefeitura",
    "2": "Água e saneamento",
    "3": "Energia elétrica e gás",
    "4": "Telecomunicações",
    "5": "Órgão governamental",
    "6": "Carnê ou assinatura",
    "7": "Multa de trânsito",
    "9": "Uso do banco",
}


def to_barcode(line):
    """Return the barcode of ``line`` (48 digits). Raises InvalidBarcode: in which block."""
    check, _ = _scheme(line)
    blocks = [line[start : start + BLOCK + 1] for start in range(0, TYPED, BLOCK + 1)]
    for number, block in enumerate(blocks, 1):
        if check(block[:-1]) != int(block[-1]):
            raise InvalidBarcode(f"field_{number}", f"The check digit of field {number} is wrong.")
    return "".join(block[:-1] for block in blocks)


def to_line(barcode):
    """Return ``barcode`` as people type it."""
    check, _ = _scheme(barcode)
    blocks = (barcode[start : start + BLOCK] for start in range(0, len(barcode), BLOCK))
    return "".join(f"{block}{check(block)}" for block in blocks)


def read(barcode):
    """Return the :class:`Boleto` of ``barcode`` (44 digits). Raises InvalidBarcode."""
    check, is_amount = _scheme(barcode)
    if barcode[1] not in SEGMENTS:
        raise InvalidBarcode("segment", "The second digit names no segment.")
    if check(barcode[:3] + barcode[4:]) != int(barcode[3]):
        raise InvalidBarcode("check_digit", "The general check digit is wrong.")
    return Boleto(
        barcode=barcode,
        line=to_line(barcode),
        amount_minor=(int(barcode[4:15]) or None) if is_amount else None,
        due_date=None,
        payee=SEGMENTS[barcode[1]],
    )


def _scheme(written):
    if written[2] not in SCHEMES:
        raise InvalidBarcode("value_kind", "The third digit is not 6, 7, 8 or 9.")
    return SCHEMES[written[2]]
