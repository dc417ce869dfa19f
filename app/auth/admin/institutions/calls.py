"""What to type for the same at the command line."""

from shlex import quote

INSTITUTIONS = "flask --app wsgi:auth institutions"


def listing():
    """Return the command that lists institutions."""
    return f"{INSTITUTIONS} list"


def opening(code="", name=""):
    """Return the command that opens an institution."""
    return f"{INSTITUTIONS} create {quote(code or 'CODE')} --name {quote(name or 'NAME')}"


def of(verb, code, *more):
    """Return the command that does ``verb`` to the institution ``code``."""
    return " ".join((f"{INSTITUTIONS} {verb}", quote(code), *more))


def dressing(code, name, colours):
    """Return the command that gives an institution this name and these colours (dict)."""
    options = [f"--{each.replace('_', '-')} {quote(hex)}" for each, hex in colours.items() if hex]
    return of("brand", code, f"--name {quote(name)}", *options)


def withdrawing(invitation_id):
    """Return the command that takes an invitation back."""
    return f"{INSTITUTIONS} withdraw {quote(invitation_id)}"
