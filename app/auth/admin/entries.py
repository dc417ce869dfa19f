"""A list of the back office on the page that most of them share: what is asked, what was found.

Its words stand under one table of messages: ``title``, ``intro``, ``total``, ``search`` and, for
each choice, ``<name>_label`` and ``<name>.<choice>``.
"""

from typing import NamedTuple

from app.auth.admin import lists
from app.auth.audit import events
from app.auth.hosted import forms, signed_in
from app.foundation import paging, words
from app.foundation.paging import Found

_NO_PERSON = {
    events.OPERATOR: "admin.operator",
    events.SYSTEM: "admin.server",
    events.NOBODY: "admin.record.nobody",
}


class Badge(NamedTuple):
    """A state in one word. kind: ``ok``, ``warn``, ``danger`` or ``info``."""

    kind: str
    text: str


class Deed(NamedTuple):
    """A link to what may be done. says: all of it, for who hears the page; main: the first one."""

    address: str
    label: str
    says: str = ""
    id: str = ""


class Entry(NamedTuple):
    """One thing in the list. detail: a machine's word for it; lines: what else is said of it."""

    title: str
    detail: str = ""
    address: str = ""
    badges: tuple = ()
    lines: tuple = ()
    deeds: tuple = ()


class Listing(NamedTuple):
    """A list. page: its name for machines; said: its table of messages; choices: by name."""

    page: str
    said: str
    endpoint: str
    choices: dict
    searched: bool = True
    typed: tuple = ()  # names of what else is typed, whole


def asked(listing):
    """Return what was chosen in the address, by name."""
    return lists.asked(*(["q"] if listing.searched else []), *listing.typed, *listing.choices)


def page(listing, found, entries, chosen, **more):
    """Return the page of ``listing`` with a page of what was ``found``, as ``entries``.

    chosen: what was asked; more: ``command``, ``outcome``, ``deeds`` at the head of the page.
    """
    return forms.page(
        "admin/listing",
        listing=listing,
        found=found,
        entries=entries,
        asked=chosen,
        **more,
        **signed_in.page(),
    )


def sliced(rows):
    """Return the :class:`Found` page of ``rows``, a list in memory, that was asked for."""
    pages = max(1, -(-len(rows) // paging.PAGE))
    number = min(max(1, lists.page_number() or 1), pages)
    start = (number - 1) * paging.PAGE
    return Found(rows[start : start + paging.PAGE], len(rows), number)


def badge(kind, said, state):
    """Return the :class:`Badge` for ``state``, in the words of the table ``said``."""
    return Badge(kind, words.t(f"{said}.{state}"))


def no_person(actor):
    """Return what to call an actor that is no person, as the command line is; None of others."""
    return words.t(_NO_PERSON[actor]) if actor in _NO_PERSON else None
