"""The query of a report, read strictly: each parameter once, none unknown, every error named.

A filter that was misspelt and passed over would show a person what they did not ask for.
"""

import re

from app.bank import money
from app.bank.problems import Invalid
from app.bank.reports import periods
from app.foundation.problem_documents import wrong

LONGEST_WORDS = 140
MOST_KINDS = 10

_NUMBER = re.compile(r"[0-9]{1,13}", re.ASCII)
_KIND = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)


class Query:
    """The parameters of one request; what is wrong with them is told all at once."""

    def __init__(self, args, known):
        """Take ``args`` (a multi-dict); ``known`` are the names there may be."""
        self._args = args
        self._errors = [
            wrong(name[:40], "unknown_parameter", "There is no such parameter.")
            for name in sorted(set(args) - set(known))
        ]
        self._errors += [
            wrong(name, "repeated_parameter", "Send it once.")
            for name in known
            if len(args.getlist(name)) > 1
        ]

    def take(self, name, read, says, default=None):
        """Return parameter ``name`` as ``read`` reads it, or ``default`` when it is not there.

        read: raises ValueError for what is none; says: what it must be, for the error.
        """
        if name not in self._args:
            return default
        try:
            return read(self._args[name])
        except ValueError:
            self.refuse(name, says)
            return default

    def refuse(self, name, says):
        """Note that parameter ``name`` will not do."""
        self._errors.append(wrong(name, f"invalid_{name}", says))

    def check(self):
        """Raise Invalid with everything that was wrong."""
        if self._errors:
            raise Invalid(self._errors)


def day(query, name):
    """Return the day that parameter ``name`` gives, or None."""
    return query.take(name, periods.read_day, "A day such as 2026-11-21.")


def month(query, name):
    """Return the first day of the month that parameter ``name`` gives, or None."""
    return query.take(name, periods.read_month, "A month such as 2026-11.")


def amount(query, name):
    """Return the amount in minor units that parameter ``name`` gives, or None."""
    return query.take(name, _amount, f"A whole number of minor units, 1 to {money.LARGEST_MINOR}.")


def number(query, name, *, least, most, default):
    """Return the whole number that parameter ``name`` gives, else ``default``."""

    def read(text):
        if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
            raise ValueError("out of bounds")
        return int(text)

    return query.take(name, read, f"A whole number, {least} to {most}.", default)


def choice(query, name, among, default=None):
    """Return which of ``among`` parameter ``name`` gives, else ``default``."""

    def read(text):
        if text not in among:
            raise ValueError("another")
        return text

    return query.take(name, read, f"One of: {', '.join(among)}.", default)


def kinds(query, name):
    """Return the kinds of entries that parameter ``name`` lists with commas between; () for all."""
    return query.take(name, _kinds, "Kinds such as transfer, with commas between.", ())


def words(query, name):
    """Return the text that parameter ``name`` gives, or None."""
    return query.take(name, _words, f"1 to {LONGEST_WORDS} printable characters.")


def _amount(text):
    if not _NUMBER.fullmatch(text) or not money.is_an_amount(int(text)):
        raise ValueError("no amount")
    return int(text)


def _kinds(text):
    found = text.split(",")
    if len(found) > MOST_KINDS or not all(map(_KIND.fullmatch, found)):
        raise ValueError("no kinds")
    return tuple(found)


def _words(text):
    if not text.strip() or len(text) > LONGEST_WORDS or not text.isprintable():
        raise ValueError("no words")
    return text.strip()
