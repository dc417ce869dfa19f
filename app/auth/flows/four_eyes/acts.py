"""What needs a second pair of eyes: asked for by one, then approved or refused by another.

An act is done by whoever approves it, once, however many do so at the same moment, and only while
what it is based on stands. The record of what it did names both.
"""

import json
from typing import NamedTuple

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.flows.four_eyes.kinds.catalogue import KINDS
from app.auth.staff import authority, pending
from app.auth.staff.models import PendingAct
from app.auth.staff.permissions import ACTS_APPROVE
from app.foundation.problems import Problem

MASK = "••••"
_NOTHING = (None, "", [], {})
_SECRET = ("secret", "password", "token_value", "private")


class Outcome(NamedTuple):
    """What became of an act. answer: of the verb, if it was done; act: what waits, or None."""

    answer: object
    act: PendingAct | None


class Overtaken(Problem):
    """What the act is based on is no longer so."""

    code = "act_overtaken"
    status = 409
    key = "admin.approvals.refused_because.overtaken"
    description = "What it is based on was changed meanwhile; refuse it, and ask again."


class NoLonger(Problem):
    """Whoever asked for it might not ask for it now."""

    code = "asker_may_not"
    status = 409
    key = "admin.approvals.refused_because.no_longer"
    description = "Whoever asked for it may no longer do so; refuse it, and ask for it yourself."


def do(kind, subject, change, *, by, wanted, institution=None):
    """Do the act at once, or leave it waiting where a second pair of eyes is ``wanted``.

    institution: the code of the one whose matter it is; None: the house's. Returns an
    :class:`Outcome`; raises what the kind's verb does.
    """
    act = wanted and propose(kind, subject, change, by=by, institution=institution)
    if act:
        return Outcome(None, act)
    made = KINDS[kind]
    return Outcome(made.verb(subject, change, made.prepare(subject, change), by), None)


def propose(kind, subject, change, *, by, institution=None):
    """Leave the act waiting for a second pair of eyes; return the :class:`PendingAct`.

    The same, asked for again while it waits, is the one that waits already; where nothing would be
    otherwise there is nothing to approve: None. Raises what the kind's verb would.
    """
    made = KINDS[kind]
    made.check(subject, change, by)
    before = made.before(subject, change)
    difference = _difference(before, made.after(subject, change))
    if not difference:
        return None
    asked = {"payload": _json(change), "before": _json(before), "difference": _json(difference)}
    act = pending.waiting(kind, subject, asked["payload"], by)
    if act is None:
        act = pending.add(kind, subject, institution, by, **asked)
        trail.record(events.ACT_ASKED, actor=by, subject=subject, data=_named(act))
    return act


def approve(act_id, *, by=events.OPERATOR):
    """Do what waits; return the verb's answer. Neither whoever asked nor who gains approves it.

    Raises NotFound, authority.Beyond, Overtaken, NoLonger, pending.OwnAct, pending.Decided; raises
    what the verb does, by what whoever asked may do now.
    """
    act = pending.get(act_id)
    authority.demand(by, ACTS_APPROVE, frozenset(), act.institution)
    kind, change = KINDS[act.kind], json.loads(act.payload)
    prepared = kind.prepare(act.subject, change)
    names = {"asked_by": act.asked_by, "approved_by": by, "act": act.id}
    with db.session.begin_nested(), trail.seconded(**names):  # a refusal told on a page undoes it
        pending.decide(act_id, "approved", by)
        if _json(kind.before(act.subject, change)) != act.before:
            raise Overtaken
        if kind.concerns(act.subject, by):
            raise pending.OwnAct
        _demand_of_who_asked(act, kind, change)
        return kind.verb(act.subject, change, prepared, act.asked_by)


def refuse(act_id, *, by=events.OPERATOR):
    """Turn down what waits; whoever asked for it may, too.

    Raises NotFound, authority.Beyond, pending.Decided.
    """
    act = pending.get(act_id)
    if by != act.asked_by:
        authority.demand(by, ACTS_APPROVE, frozenset(), act.institution)
    pending.decide(act_id, "refused", by)
    data = _named(act) | {"asked_by": act.asked_by}
    trail.record(events.ACT_REFUSED, actor=by, subject=act.subject, data=data)


def is_own(act, by):
    """Did ``by`` ask for it, or would they gain by it?"""
    return by == act.asked_by or KINDS[act.kind].concerns(act.subject, by)


def _demand_of_who_asked(act, kind, change):
    """See that whoever asked might still ask: they may have lost the role, or been dismissed."""
    try:
        authority.demand_any(act.asked_by, kind.permission, kind.places(act.subject, change))
    except authority.Beyond:
        raise NoLonger from None


def _named(act):
    """What the record tells of it; its subject is what the act is about, for who may read that."""
    return {"act": act.id, "kind": act.kind}


def _difference(before, after):
    """Lists of member, before and after, for each that would change; a secret is masked."""
    names = sorted({*before, *after})
    changed = ((name, before.get(name), after.get(name)) for name in names)
    return [
        [name, _shown(name, was), _shown(name, will)]
        for name, was, will in changed
        if was != will and not (was in _NOTHING and will in _NOTHING)
    ]


def _shown(name, value):
    return MASK if value and any(part in name for part in _SECRET) else value


def _json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
