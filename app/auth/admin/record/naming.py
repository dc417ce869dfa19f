"""Names for what the record calls by its id, and ids for what people type."""

from typing import NamedTuple

from flask import url_for

from app.auth.accounts import identifiers, lookup
from app.auth.admin import guard
from app.auth.admin.entries import no_person
from app.auth.clients import directory
from app.auth.staff.permissions import CLIENTS_READ, PEOPLE_READ


class Named(NamedTuple):
    """Somebody or something of the record; name and address (of its page) are None without one."""

    id: str
    name: str | None
    address: str | None


def ids(typed):
    """Return the public ids of whom or what ``typed`` means; None when nothing was typed."""
    if not typed:
        return None
    phone = identifiers.phone(typed)
    person = lookup.by_identifier(typed) or (phone and lookup.by_proved_phone(phone))
    return (person.sub,) if person else (typed,)


def of(lines):
    """Return the :class:`Named` of every actor and subject of ``lines``, by id."""
    known = {each for line in lines for each in (line.actor, line.subject) if each}
    people, apps = lookup.names(known), directory.names(known)
    return {each: _named(each, people, apps) for each in known}


def _named(id, people, apps):
    if who := no_person(id):
        return Named(id, who, None)
    if id in apps:
        shown = guard.may(CLIENTS_READ)
        return Named(id, apps[id], url_for("admin_clients.show", client_id=id) if shown else None)
    seen = id in people and guard.may(PEOPLE_READ)
    return Named(id, people.get(id), url_for("admin_people.show", sub=id) if seen else None)
