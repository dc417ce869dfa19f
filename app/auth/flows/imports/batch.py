"""Bring many people in at once: each whole or not at all, in one transaction a batch.

Of each line it is decided by what stands in the database and by what the lines before it claimed;
then the database decides once more as they are kept, since others may write meanwhile.
"""

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
    refused, marked = [], []
    readable = [line for line in lines if line.told is not None]
    refused += [(line.number, line.fault) for line in lines if line.told is None]
    for line, mark in zip(readable, marks.of([line.told for line in readable]), strict=True):
        try:
            person = rules.read(line.told, allowed)
            marked.append(_Entry(line.number, mark, person, people.own(person.user)))
        except rules.Unfit as unfit:
            refused += [(line.number, fault) for fault in unfit.faults]
    fit, already = _decide(marked, seen, refused)
    imported = len(fit)
    if not dry:
        imported, more = _kept(fit, refused)
        already += more
    return Outcome(imported, already, sorted(refused))


def _decide(entries, seen, refused):
    """Return who may come in, and how many are in by an earlier run."""
    fit, already = [], 0
    known = marks.known([entry.mark for entry in entries])
    taken = people.taken([entry.own for entry in entries])
    database.let_go(db)
    for entry in entries:
        same = seen.line_of("line", entry.mark[0])
        if same:
            refused.append((entry.number, Fault("line", f"Line {same} says the same.")))
        elif entry.mark in known:
            already += 1
            _note(entry, seen)
        elif fault := _clash(entry, seen, taken):
            refused.append((entry.number, fault))
        else:
            fit.append(entry)
            _note(entry, seen)
    return fit, already


def _note(entry, seen):
    seen.note(entry.number, [("line", entry.mark[0]), *entry.own.items()])


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
    if not fit:
        return 0, 0
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
    return {}


def _write(fit):
    here = people.add([entry.person.user for entry in fit])
    come = [entry for entry in fit if entry.person.user.sub in here]
    if not come:
        return here
    marks.keep([entry.mark for entry in come])
    about = {"actor": events.OPERATOR}
    trail.record_each(events.ACCOUNT_CREATED, here, **about, data={"by": "import"})
    given = {(name, entry.person.user.sub) for entry in come for name in entry.person.roles}
    for role in sorted({name for name, _ in given}):
        who = {sub: here[sub] for name, sub in given if name == role}
        roles.give_each(role, who, **about)
    joined = [(code, entry) for entry in come for code in entry.person.institutions]
    for code in sorted({code for code, _ in joined}):
        members.join_each(code, [here[e.person.user.sub] for each, e in joined if each == code])
    apps = {e.person.user.sub: e.person.totp for e in come if e.person.totp}
    totp.bring({here[sub]: secret for sub, secret in apps.items()})
    trail.record_each(events.FACTOR_ADDED, apps, **about, data={"factor": "totp"})
    return here
