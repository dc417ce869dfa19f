"""Acts that wait for a second pair of eyes, and what became of them."""

from datetime import timedelta

from sqlalchemy import and_, or_, select, update

from app.auth.database import db
from app.auth.staff.models import PendingAct
from app.foundation import clock, database, ids, paging
from app.foundation.paging import paged
from app.foundation.problems import NotFound, Problem

LASTS = timedelta(days=7)
STATES = ("waiting", "approved", "refused", "lapsed")
ORDERS = {
    "newest": (PendingAct.asked_at.desc(), PendingAct.id),
    "oldest": (PendingAct.asked_at, PendingAct.id),
    "kind": (PendingAct.kind, PendingAct.asked_at.desc(), PendingAct.id),
}


class OwnAct(Problem):
    """Whoever asked for it, or is meant by it, is not the second pair of eyes."""

    code = "own_act"
    status = 403
    key = "admin.approvals.refused_because.own"
    description = "Whoever asked for it, or is meant by it, does not approve it."


class Decided(Problem):
    """It waits no longer."""

    code = "act_decided"
    status = 409
    key = "admin.approvals.refused_because.decided"
    description = "It was decided already, or nobody did so in time."


def add(kind, subject, institution, by, **told):
    """Keep an act that waits; return it. told: ``payload``, ``before``, ``difference`` (JSON)."""
    now = clock.now()
    act = PendingAct(
        id=ids.new("act"),
        kind=kind,
        subject=subject,
        institution=institution,
        asked_by=by,
        asked_at=now,
        expires_at=now + LASTS,
        state="waiting",
        **told,
    )
    db.session.add(act)
    db.session.flush()
    return act


def waiting(kind, subject, payload, by):
    """Return the same act, asked for by the same and waiting already, or None."""
    same = (PendingAct.kind == kind, PendingAct.subject == subject, PendingAct.payload == payload)
    mine = select(PendingAct).where(*same, PendingAct.asked_by == by, _in("waiting", clock.now()))
    return db.session.scalar(mine.limit(1))


def is_asked_for(kind, subject, by):
    """Does any act of that kind, about that subject, wait that ``by`` asked for?"""
    mine = (PendingAct.kind == kind, PendingAct.subject == subject, PendingAct.asked_by == by)
    found = select(PendingAct.id).where(*mine, _in("waiting", clock.now()))
    return db.session.scalar(found.limit(1)) is not None


def get(act_id):
    """Return the act. Raises NotFound."""
    act = db.session.get(PendingAct, act_id, populate_existing=True)
    if act is None:
        raise NotFound("There is no such act.")
    return act


def decide(act_id, state, by):
    """Let the act be ``approved`` or ``refused``: one does so, of however many that try at once.

    Raises OwnAct: when who approves asked for it, or is meant by it. Raises Decided.
    """
    now = clock.now()
    fitting = [PendingAct.id == act_id, _in("waiting", now)]
    if state == "approved":
        fitting += [PendingAct.asked_by != by, PendingAct.subject != by]
    decided = update(PendingAct).where(*fitting)
    decided = decided.values(state=state, decided_by=by, decided_at=now)
    if not database.write(db, decided).rowcount:
        act = get(act_id)
        raise OwnAct if state_of(act) == "waiting" else Decided


def state_of(act):
    """Return how the act stands: one of :data:`STATES`."""
    late = act.state == "waiting" and act.asked_at <= clock.now() - LASTS
    return "lapsed" if late else act.state


def look(reach, *, state="waiting", kind=None, order="newest", page=1):
    """Return the Found page of acts within ``reach``.

    state: one of :data:`STATES`, or ``all``; kind: a name; order: one of :data:`ORDERS`.
    """
    return paged(db.session, _fitting(reach, state, kind), _order(order), page)


def batches(reach, *, state="waiting", kind=None, order="newest"):
    """Yield lists of every act that :func:`look` would show on all pages."""
    fitting = _fitting(reach, state, kind)
    return paging.batches(db.session, fitting, _order(order), PendingAct.id)


def all_waiting():
    """Return the ids of the acts that wait, whoever may decide them."""
    query = select(PendingAct.id).where(_in("waiting", clock.now()))
    return db.session.scalars(query.order_by(PendingAct.id)).all()


def over(before):
    """Return the condition of acts decided or lapsed before that moment."""
    decided = PendingAct.decided_at < before
    return or_(decided, and_(PendingAct.decided_at.is_(None), PendingAct.expires_at < before))


def _fitting(reach, state, kind):
    query = select(PendingAct)
    if reach.codes is not None:
        query = query.where(PendingAct.institution.in_(reach.codes))
    if state in STATES:
        query = query.where(_in(state, clock.now()))
    return query.where(PendingAct.kind == kind) if kind else query


def _order(name):
    return ORDERS.get(name, ORDERS["newest"])


def _in(state, now):
    """The condition of a state; of how long an act lasts as the indexes have it."""
    waits, asked_at = PendingAct.state == "waiting", PendingAct.asked_at
    return {
        "waiting": and_(waits, asked_at > now - LASTS),
        "lapsed": and_(waits, asked_at <= now - LASTS),
    }.get(state, PendingAct.state == state)
