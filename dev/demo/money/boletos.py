"""A bill to pay: the line of a boleto, made up for today by the rules of FEBRABAN."""

from datetime import date, timedelta

FIRST_DAY, ROUND = date(1997, 10, 7), 9000  # the due date's factor counts from it; 9999, then 1000
BANK, REAL = "001", "9"
OWN_NUMBER = "0500954014481606906809350"  # 25 digits that are the bank's own affair
DAYS = 7  # until it falls due


def sample(amount_minor, today):
    """Return the 47 digits of a boleto of ``amount_minor``, due in a week, as people type it."""
    factor = (today + timedelta(days=DAYS) - FIRST_DAY).days
    while factor > 9999:
        factor -= ROUND
    due_and_amount = f"{factor:04}{amount_minor:010}"
    general = _eleven(f"{BANK}{REAL}{due_and_amount}{OWN_NUMBER}")
    fields = (BANK + REAL + OWN_NUMBER[:5], OWN_NUMBER[5:15], OWN_NUMBER[15:])
    return "".join(f"{field}{_ten(field)}" for field in fields) + general + due_and_amount


def _ten(digits):
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total += sum(map(int, str(int(digit) * (2 - place % 2))))
    return str(-total % 10)


def _eleven(digits):
    weighed = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(reversed(digits)))
    rest = 11 - weighed % 11
    return str(rest if rest < 10 else 1)
