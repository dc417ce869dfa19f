"""What to type at the command line for the same."""

from shlex import quote

PEOPLE = "flask --app wsgi:auth people"


def finding(text):
    """Return the command that finds ``text``."""
    return f"{PEOPLE} find {quote(text or '…')}"


def deed(name, sub, *more):
    """Return the command that does ``name`` to a person: ``lock``, ``sign-out``, …"""
    return " ".join([PEOPLE, name, sub, *more])
