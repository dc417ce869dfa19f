"""Leave: what is erased and when, and what the law makes us keep (LGPD art. 16, 18).

A person who closes their account is out at once. Until ``CLOSING_DAYS`` have passed signing in
stops it; then everything of theirs is erased but a bare row, so that their number and ``sub`` are
never another's, and the record, which names people by ``sub`` alone.
"""

from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, insert, select, text

from app.auth.accounts.models import User
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.retention import holds, person_keys
from app.auth.retention.models import PersonKey
from app.foundation import clock, database

# A room above keeps them, by address: whoever is invited may have no account.
_FORGET_INVITATIONS = text("DELETE FROM institution_invitations WHERE email_folded = :email")
NOWHERE = "closed.invalid"  # no mail is ever delivered there (RFC 2606 §2)


def ask(user):
    """Note that ``user`` (held by the caller) wants to leave; return when they are erased."""
    if user.closes_at is None:
        user.closes_at = clock.now() + timedelta(days=current_app.config["CLOSING_DAYS"])
        trail.record(events.CLOSING_ASKED, actor=user.sub, subject=user.sub)
    return user.closes_at


def stop(user):
    """The person (held by the caller) came back in time: the account stays, if it was to close."""
    if user.closes_at is not None:
        user.closes_at = None
        trail.record(events.CLOSING_STOPPED, actor=user.sub, subject=user.sub)


def due(most):
    """Return the ids of accounts to be erased now, ``most`` at most: none that a hold stands on."""
    over = select(User.id).where(*_over(), ~holds.stands(User.sub))
    return list(db.session.scalars(over.order_by(User.closes_at).limit(most)))


def erase(user_id):
    """Erase the person, and all that hangs on them; whether it was still to be done.

    The row itself goes, and by the database's own rule everything that refers to it; a bare one
    takes its place. Whether a hold stands is asked once the row is locked, by another statement: it
    may have been placed since the first one began.
    """
    over = select(User).where(User.id == user_id, *_over())
    user = db.session.scalar(over.with_for_update(skip_locked=True))
    if user is None or holds.stand_on(user.sub):
        return False
    bare = {
        "id": user.id,
        "sub": user.sub,
        "email": f"{user.sub}@{NOWHERE}",
        "email_folded": f"{user.sub}@{NOWHERE}",
        "status": "closed",
        "created_at": user.created_at,
        "closes_at": user.closes_at,
        "claims": "{}",
        "must_change_password": False,
    }
    db.session.execute(_FORGET_INVITATIONS, {"email": user.email_folded})
    db.session.expunge(user)
    database.write(db, delete(User).where(User.id == user_id))
    db.session.execute(insert(User).values(bare))
    trail.record(events.ACCOUNT_CLOSED, actor=events.SYSTEM, subject=bare["sub"])
    return True


def forgotten(before, most):
    """Return the ``sub`` of those erased ``before`` of whom a key is kept, ``most`` at most.

    None that a hold stands on.
    """
    late = select(User.sub).join(PersonKey, PersonKey.sub == User.sub)
    late = late.where(User.status == "closed", User.closes_at < before, ~holds.stands(User.sub))
    return list(db.session.scalars(late.order_by(User.closes_at).limit(most)))


def forget(sub, before):
    """Destroy the key of who was erased ``before``; whether it was still to be done."""
    over = select(User.sub).where(User.sub == sub, User.status == "closed")
    over = over.where(User.closes_at < before).with_for_update(skip_locked=True)
    if db.session.scalar(over) is None or holds.stand_on(sub):
        return False
    if not person_keys.destroy(sub):
        return False
    trail.record(events.EVIDENCE_ERASED, actor=events.SYSTEM, subject=sub)
    return True


def _over():
    return User.closes_at <= clock.now(), User.status != "closed"
