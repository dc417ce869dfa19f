"""Boletos made for tests from the rules of FEBRABAN, written anew here: none of the app's code."""

from datetime import date


def double_and_add(digits):
    """Modulo 10: weights 2, 1, 2, … from the right, the digits of each product added."""
    total = 0
    for weight, digit in zip([2, 1] * len(digits), reversed(digits), strict=False):
        total += sum(map(int, str(weight * int(digit))))
    return (10 - total % 10) % 10


def weigh(digits):
    """The remainder of modulo 11: weights 2 to 9 from the right, again and again."""
    weights = [2, 3, 4, 5, 6, 7, 8, 9] * 6
    return sum(w * int(d) for w, d in zip(weights, reversed(digits), strict=False)) % 11


def of_bank(amount=12_345, due=date(2026, 12, 1), bank="001", free="0500954014481606906809350"):
    """Return barcode and line of a bank's boleto."""
    factor = 0
    if due:
        factor = (due - date(1997, 10, 7)).days
        while factor > 9999:
            factor -= 9000
    head, tail = f"{bank}9", f"{factor:04}{amount:010}{free}"
    rest = 11 - weigh(head + tail)
    barcode = head + str(1 if rest in {0, 10, 11} else rest) + tail
    fields = [barcode[:4] + barcode[19:24], barcode[24:34], barcode[34:]]
    line = "".join(f"{field}{double_and_add(field)}" for field in fields)
    return barcode, line + barcode[4] + barcode[5:19]


def of_collection(amount=8_990, segment="2", kind="6", rest="00970000000001234567890123456"):
    """Return barcode and line of a boleto of collection."""
    check = double_and_add if kind in "67" else eleven
    head, tail = f"8{segment}{kind}", f"{amount:011}{rest}"
    barcode = head + str(check(head + tail)) + tail
    blocks = [barcode[start : start + 11] for start in (0, 11, 22, 33)]
    return barcode, "".join(f"{block}{check(block)}" for block in blocks)


def eleven(digits):
    """Modulo 11 as boletos of collection have it."""
    rest = 11 - weigh(digits)
    return 0 if rest > 9 else rest
