"""Leave to read as a person: asked for by staff, given for some minutes or not, ended any time.

Each state follows one conditional statement, whoever comes at the same moment. The handle that
stands for it in a token request is an HMAC of the row's id: nothing of it is kept, and without the
staff member's own token it opens nothing.
"""

from datetime import timedelta

from flask import current_app
from sqlalchemy import select, update

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.notifications import post
from app.auth.support import reasons
from app.auth.support.models import Delegation
from app.foundation import clock, database, digests, ids
from app.foundation.problems import NotFound, Problem

ANSWER = timedelta(minutes=30)  # so long the person has to allow it
MINUTES = (15, 30, 60)


class UnderWay(Problem):
    """Somebody asked already, or reads as the person now."""

    code = "support_under_way"
    status = 409
    key = "admin.acting.under_way"
    description = "Somebody of support asked this person already."


class Over(Problem):
    """There is nothing to answer, or no longer."""

    code = "support_over"
    status = 410
    key = "helped.over"
    description = "The request has been answered, or is over."


def live(user_id):
    """Return the :class:`Delegation` that waits for the person's answer or is open, or None."""
    mine = (Delegation.user_id == user_id) & Delegation.ended_at.is_(None)
    query = select(Delegation).where(mine, Delegation.until > clock.now())
    return db.session.scalar(query.execution_options(populate_existing=True))


def ask(user, reason, minutes, *, by):
    """Ask ``user`` (held by the caller) to let ``by`` read as them; return the Delegation.

    They are told by every contact. Raises reasons.NoReason, reasons.Personal, UnderWay; NotFound:
    for other than :data:`MINUTES`.
    """
    reason, now = reasons.checked(reason), clock.now()
    if minutes not in MINUTES:
        raise NotFound
    _end(user.id, "lapsed", Delegation.until <= now)
    if live(user.id):
        raise UnderWay
    asked = Delegation(
        id=ids.new("dlg"),
        user_id=user.id,
        staff_sub=by,
        reason=reason,
        minutes=minutes,
        asked_at=now,
        until=now + ANSWER,
    )
    db.session.add(asked)
    db.session.flush()
    _note(events.SUPPORT_ASKED, user, by, why=reason, minutes=minutes)
    post.notice("support_asked", user, at=now, ends_at=asked.until)
    return asked


def allow(user, delegation_id):
    """``user`` allows it, from now on for as long as was asked. Raises Over."""
    asked = live(user.id)
    if asked is None or asked.id != delegation_id:
        raise Over
    now = clock.now()
    waits = (Delegation.id == asked.id) & Delegation.allowed_at.is_(None)
    allowing = update(Delegation).where(waits, Delegation.ended_at.is_(None))
    until = now + timedelta(minutes=asked.minutes)
    if not database.write(db, allowing.values(allowed_at=now, until=until)).rowcount:
        raise Over
    _note(events.SUPPORT_ALLOWED, user, user.sub, minutes=asked.minutes)


def refuse(user, delegation_id):
    """``user`` does not want it. Raises Over."""
    waits = (Delegation.id == delegation_id) & Delegation.allowed_at.is_(None)
    if not _end(user.id, "refused", waits):
        raise Over
    _note(events.SUPPORT_REFUSED, user, user.sub)


def end(user, *, by):
    """End what waits or is open; return its id, or None: there was nothing."""
    found = live(user.id)
    if found is None or not _end(user.id, "ended", Delegation.id == found.id):
        return None
    _note(events.SUPPORT_ENDED, user, by)
    return found.id


def one(delegation_id):
    """Return the :class:`Delegation` as it is now, or None."""
    query = select(Delegation).where(Delegation.id == delegation_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def handle(delegation):
    """Return what stands for ``delegation`` in a token request."""
    return f"{delegation.id}.{_proofs(delegation.id)[0].hex()}"


def find(shown):
    """Return the :class:`Delegation` that the handle ``shown`` stands for, or None."""
    delegation_id, _, proof = shown.partition(".")
    if not ids.is_one(delegation_id, "dlg"):
        return None
    given = proof.encode()
    if not any(digests.same(given, each.hex().encode()) for each in _proofs(delegation_id)):
        return None
    return one(delegation_id)


def _proofs(delegation_id):
    keys = current_app.extensions["sealing"].derive_each("support_handle")
    return [digests.keyed(key, delegation_id) for key in keys]


def _end(user_id, outcome, which):
    mine = (Delegation.user_id == user_id) & Delegation.ended_at.is_(None)
    ending = update(Delegation).where(mine, which).values(ended_at=clock.now(), outcome=outcome)
    return database.write(db, ending).rowcount


def _note(event, user, by, **data):
    trail.record(event, actor=by, subject=user.sub, data=data or None)
