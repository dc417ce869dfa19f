"""The check digits of boletos: modulo 10 and modulo 11, as FEBRABAN writes them. Pure."""

WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9)


def mod10(digits):
    """Return the check digit of ``digits`` (text) by modulo 10.

    From the right, every other digit counts double, and of a product the digits are added. Any one
    digit changed changes it.
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 - place % 2)
        total += product // 10 + product % 10
    return -total % 10


def mod11_of_banks(digits):
    """Return the general check digit of a bank's boleto by modulo 11.

    Never 0: where the rule gives 0, 10 or 11 it is 1, so that some changes pass unseen.
    """
    rest = 11 - _remainder(digits)
    return rest if rest < 10 else 1


def mod11_of_collection(digits):
    """Return the check digit of a boleto of collection (*arrecadação*) by modulo 11.

    Where the rule gives 10 or 11 it is 0, so that some changes pass unseen.
    """
    rest = 11 - _remainder(digits)
    return rest if rest < 10 else 0


def _remainder(digits):
    weighed = (int(d) * WEIGHTS[place % 8] for place, d in enumerate(reversed(digits)))
    return sum(weighed) % 11
