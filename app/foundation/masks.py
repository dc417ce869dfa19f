"""What is shown of what belongs to a person: enough to recognise it, not enough to use it."""

from ipaddress import ip_address

import phonenumbers


def email(address):
    """Return ``a•••@exemplo.com.br``."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}•••@{host}"


def phone(number):
    """Return ``(11) •••••-4321``; for a number from abroad its country and its last four."""
    known = phonenumbers.parse(number)
    national = str(known.national_number)
    if known.country_code == 55:
        return f"({national[:2]}) •••••-{national[-4:]}"
    return f"+{known.country_code} •••• {national[-4:]}"


def cpf(digits):
    """Return ``•••.482.917-••``."""
    return f"•••.{digits[3:6]}.{digits[6:9]}-••"


def birth_date(day):
    """Return ``••/••/1990``."""
    return f"••/••/{day.year}"


def address(text):
    """Return an internet address with a part of it hidden; None where it is none."""
    try:
        known = ip_address(text)
    except ValueError:
        return None
    if known.version == 4:
        first, second, _, last = str(known).split(".")
        return f"{first}.{second}.•••.{last}"
    groups = known.exploded.split(":")
    first, second, last = (group.lstrip("0") or "0" for group in (*groups[:2], groups[-1]))
    return f"{first}:{second}:•••:{last}"
