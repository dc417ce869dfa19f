"""Bring many people in at once: each whole or not at all, in one transaction a batch.

Of each line it is decided by what stands in the database and by what the lines before it claimed;
then the database decides once more as they are kept, since others may write meanwhile.
"""

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy.exc import OperationalError

from app.auth.accounts.imported import marks, people
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.factors import totp
from app.auth.flows.imports import rules
from app.auth.flows.imports.rules import Fault, Incoming
from app.auth.institutions import members, roles
from app.foundation import database

SIZE = 500  # people a transaction: it takes a second or less, and others write in between
TRIES = 5  # of a batch, when another import held what it needed


class Line(NamedTuple):
    """One line of a file. told: its members, decoded, or None; fault: why it could not be read."""

    number: int
    told: dict | None
    fault: Fault | None = None


class Outcome(NamedTuple):
    """What became of a batch: how many came in, how many were in; ``(number, Fault)`` of others."""

    imported: int
    already: int
    refused: list


class _Entry(NamedTuple):
    number: int
    mark: tuple
    person: Incoming
    own: dict


def bring(lines, allowed, seen, *, dry=False):
    """Bring in whom these lines describe, and return the :class:`Outcome`.

    seen: the :class:`seen.Seen` of the run. dry: decide everything, and write nothing.
    """
    refused = [(line.number, line.fault) for line in lines if line.told is None]
    new, already = _new(lines, seen, refused)
    fit, meanwhile = _fit(_read(new, allowed, refused), seen, refused)
    imported, already = len(fit), already + meanwhile
    if fit and not dry:
        imported, more = _kept(fit, refused)
        already += more
    return Outcome(imported, already, sorted(refused))


def _new(lines, seen, refused):
    """Return the lines that say something new, and how many are in by an earlier run."""
    readable = [line for line in lines if line.told is not None]
    found = marks.of([line.told for line in readable])
    known = marks.known(found)
    new, already = [], 0
    for line, mark in zip(readable, found, strict=True):
        same = seen.line_of("line", mark[0])
        seen.note(line.number, [("line", mark[0])])
        if same:
            refused.append((line.number, Fault("line", f"Line {same} says the same.")))
        elif mark in known:
            already += 1
        else:
            new.append((line, mark))
    return new, already


def _read(new, allowed, refused):
    entries = []
    for line, mark in new:
        try:
            person = rules.read(line.told, allowed)
        except rules.Unfit as unfit:
            refused += [(line.number, fault) for fault in unfit.faults]
        else:
            entries.append(_Entry(line.number, mark, person, people.own(person.user)))
    return entries


def _fit(entries, seen, refused):
    """Return who may come in: nobody else has what is theirs, here or earlier in the file.

    And how many another import has brought since these lines were looked up.
    """
    taken = people.taken([entry.own for entry in entries])
    theirs = [entry.mark for entry in entries if taken & entry.own.items()]
    brought = marks.known(theirs) if theirs else set()
    database.let_go(db)
    fit = []
    for entry in entries:
        if entry.mark in brought:
            continue
        fault = _clash(entry, seen, taken)
        if fault:
            refused.append((entry.number, fault))
        else:
            fit.append(entry)
            seen.note(entry.number, entry.own.items())
    return fit, len(brought)


def _clash(entry, seen, taken):
    for name, said in entry.own.items():
        other = seen.line_of(name, said)
        if other:
            return Fault(name, f"Line {other} has the same {name}.")
        if (name, said) in taken:
            return Fault(name, f"Another person has this {name}.")
    return None


def _kept(fit, refused):
    """Keep who is ``fit``; return how many came in, and how many another import brought."""
    here = _write_again(fit)
    late = [entry for entry in fit if entry.person.user.sub not in here]
    known = marks.known([entry.mark for entry in late]) if late else set()
    taken = people.taken([entry.own for entry in late]) if late else set()
    database.let_go(db)
    others = [entry for entry in late if entry.mark not in known]
    for entry in others:
        name = next((name for name in entry.own if (name, entry.own[name]) in taken), "email")
        refused.append((entry.number, Fault(name, f"Another person has this {name}.")))
    return len(here), len(late) - len(others)


def _write_again(fit):
    """Write them; again when the database could not, because another held what was needed."""
    for tried in range(1, TRIES + 1):
        try:
            with database.kept(db):
                return _write(fit)
        except OperationalError:
            if tried == TRIES:
                raise
    return None


def _write(fit):
    here = people.add([entry.person.user for entry in fit])
    come = [entry for entry in fit if entry.person.user.sub in here]
    if come:
        marks.keep([entry.mark for entry in come])
        created = {"actor": events.OPERATOR, "data": {"by": "import"}}
        trail.record_each(events.ACCOUNT_CREATED, here, **created)
        _give(come, here)
    return here


def _give(come, here):
    """Give them what they have beside the account, all who have the same in one statement."""
    for role, who in _by("roles", come, here):
        roles.give_each(role, who, actor=events.OPERATOR)
    for code, who in _by("institutions", come, here):
        members.join_each(code, who.values())
    apps = {entry.person.user.sub: entry.person.totp for entry in come if entry.person.totp}
    totp.bring({here[sub]: secret for sub, secret in apps.items()})
    added = {"actor": events.OPERATOR, "data": {"factor": "totp"}}
    trail.record_each(events.FACTOR_ADDED, apps, **added)


def _by(what, come, here):
    """Return pairs of a word that somebody is given and the ids, by ``sub``, of who is."""
    given = defaultdict(dict)
    for entry in come:
        sub = entry.person.user.sub
        for word in getattr(entry.person, what):
            given[word][sub] = here[sub]
    return sorted(given.items())
