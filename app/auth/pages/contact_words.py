"""How an address or a number reads to a person, a part of it hidden, and refusals about codes."""

import phonenumbers

from app.auth.accounts import counts
from app.auth.hosted import forms
from app.foundation import words


def shown(step):
    """Return where the code of a :class:`verification.Step` went: whole to who just typed it."""
    if step.where is None:
        return None
    if step.newcomer:
        return step.where
    return masked_email(step.where) if step.channel == "email" else masked_phone(step.where)


def masked_email(address):
    """Return ``a•••@exemplo.com.br``."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}•••@{host}"


def masked_phone(number):
    """Return ``(11) •••••-4321``; for a number from abroad its country and its last four."""
    known = phonenumbers.parse(number)
    national = str(known.national_number)
    if known.country_code == 55:
        return f"({national[:2]}) •••••-{national[-4:]}"
    return f"+{known.country_code} •••• {national[-4:]}"


def told(problem):
    """Return the :class:`forms.Notice` of a refusal about a code, with its hour if it has one."""
    if isinstance(problem, counts.Paused):
        return forms.told(problem, time=words.time(problem.until))
    return forms.told(problem)
