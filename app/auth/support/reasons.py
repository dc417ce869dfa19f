"""Why somebody looks: a ticket, or a few words, and nothing about the person."""

import re

from app.foundation.problems import Problem

LONGEST = 200  # characters
SHORTEST = 3

_PERSONAL = re.compile(
    r"@|(?<!\d)(\d{3}\.?\d{3}\.?\d{3}-?\d{2}|\(?\d{2}\)?[ .-]?9\d{4}[ .-]?\d{4})(?!\d)", re.ASCII
)


class NoReason(Problem):
    """There is none, or it is too long."""

    code = "reason_missing"
    status = 422
    key = "admin.why.missing"
    description = "Say why, in 3 to 200 characters."


class Personal(Problem):
    """It has an address, a number or a paper in it, which the record keeps for ever."""

    code = "reason_personal"
    status = 422
    key = "admin.why.personal"
    description = "A reason has no e-mail address, phone or CPF in it."


def checked(text):
    """Return the reason with single spaces. Raises NoReason, Personal."""
    reason = " ".join(text.split())
    if not SHORTEST <= len(reason) <= LONGEST or not reason.isprintable():
        raise NoReason
    if _PERSONAL.search(reason):
        raise Personal
    return reason
