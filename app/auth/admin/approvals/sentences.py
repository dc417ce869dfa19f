"""An act in words: what it would do, to whom or what, and what would be otherwise."""

import json
from typing import NamedTuple

from app.auth.accounts import lookup
from app.auth.admin.entries import Badge, no_person
from app.auth.institutions import directory
from app.auth.people import naming
from app.auth.staff import pending
from app.foundation import clock, masks, words

_PEOPLES = {"role_grant", "factor_reset", "member_release"}  # kinds of acts about a person
_KINDS = {"waiting": "warn", "approved": "ok", "refused": "danger", "lapsed": "info"}


class Change(NamedTuple):
    """One member that would be otherwise. went, came: lines of text."""

    label: str
    went: str
    came: str


class Person(NamedTuple):
    """Somebody who is not to be taken for another. email: masked."""

    sub: str
    name: str
    email: str


class Told(NamedTuple):
    """An act as a page shows it. person: it is about somebody, not something."""

    id: str
    title: str
    about: str
    person: bool
    place: str
    asked: str
    until: str
    decided: str | None
    badge: Badge
    waits: bool


def each(acts):
    """Yield :class:`Told` of ``acts``."""
    names = lookup.names({n for act in acts for n in (act.asked_by, act.decided_by, act.subject)})
    places = directory.names({act.institution for act in acts if act.institution})
    for act in acts:
        yield _told(act, names, places)


def person(sub):
    """Return the :class:`Person` of a ``sub``, or None: names alone can be chosen to be alike."""
    user = lookup.by_sub(sub)
    return user and Person(user.sub, naming.called(user), masks.email(user.email))


def changes(act):
    """Yield each :class:`Change` that the act would make."""
    for member, before, after in json.loads(act.difference):
        yield Change(_label(member), *_sides(before, after))


def _told(act, names, places):
    now = clock.now()
    state = pending.state_of(act)
    asked = words.t(
        "admin.approvals.asked", who=_who(act.asked_by, names), when=_when(act.asked_at)
    )
    return Told(
        act.id,
        words.t(f"admin.approvals.kind.{act.kind}"),
        _who(act.subject, names) if act.kind in _PEOPLES else act.subject,
        act.kind in _PEOPLES,
        places.get(act.institution) or words.t("admin.approvals.house"),
        asked,
        words.t("admin.approvals.until", when=words.when(act.expires_at, now)),
        act.decided_by and words.t(f"admin.approvals.by.{state}", who=_who(act.decided_by, names)),
        Badge(_KINDS[state], words.t(f"admin.approvals.state.{state}")),
        state == "waiting",
    )


def _when(moment):
    return words.when(moment, clock.now())


def _who(name, names):
    return no_person(name) or names.get(name, name)


def _label(member):
    for key in (f"admin.approvals.member.{member}", f"admin.field.{member}"):
        if words.known(key):
            return words.t(key)
    return member


def _sides(before, after):
    """What goes and what comes; of two lists only what is not in both."""
    if isinstance(before, list) and isinstance(after, list):
        went = [item for item in before if item not in after]
        came = [item for item in after if item not in before]
        return _text(went), _text(came)
    return _text(before), _text(after)


def _text(value):
    if value in (None, "", []):
        return words.t("admin.empty")
    if isinstance(value, bool):
        return words.t("admin.yes" if value else "admin.no")
    if isinstance(value, list):
        return "\n".join(_text(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
