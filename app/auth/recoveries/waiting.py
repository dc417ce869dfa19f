"""The wait of a person who lost every factor: begun, stopped, completed, or lapsed.

A person has one at a time. Each of them ends once, by one conditional statement, whoever comes at
the same moment; every state is recorded.
"""

from datetime import timedelta

from flask import current_app
from sqlalchemy import select, update

from app.auth.accounts import counts
from app.auth.accounts.counts import Bucket
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.notifications import post
from app.auth.recoveries import notices
from app.auth.recoveries.models import FactorRecovery
from app.foundation import clock, database, ids
from app.foundation.problems import Problem

MONTH = 30 * 86400  # seconds


class Begun(Problem):
    """One is under way already."""

    code = "recovery_under_way"
    status = 409
    key = "lost.under_way"
    description = "A recovery of this account is under way."


class NotOpen(Problem):
    """There is none to complete: stopped, lapsed, or still to wait for."""

    code = "recovery_not_open"
    status = 409
    key = "lost.not_open"
    description = "No recovery of this account can be completed now."


class Limited(counts.Paused):
    """It was begun too often: none begins until ``until``."""

    key = "lost.limited"


def live(user_id):
    """Return the person's :class:`FactorRecovery` that waits or is open, or None."""
    mine = (FactorRecovery.user_id == user_id) & FactorRecovery.ended_at.is_(None)
    query = select(FactorRecovery).where(mine, FactorRecovery.closes_at > clock.now())
    return db.session.scalar(query.execution_options(populate_existing=True))


def count(user_id):
    """Count that the person begins one. Asked before the request writes anything.

    Raises Begun, Limited.
    """
    if live(user_id):
        raise Begun
    most = current_app.config["FACTOR_RECOVERIES_PER_MONTH"]
    bucket = Bucket(counts.key("factor recovery", str(user_id)), most, False)
    try:
        with database.apart(db) as connection:
            counts.count(connection, bucket, clock.now(), MONTH)
    except counts.Paused as pause:
        raise Limited(pause.until) from None


def begin(user, *, asked_by=None, factor=None):
    """Let ``user`` (held by the caller) wait from now, tell them everywhere; return the row.

    asked_by: who of the bank asked for it, where that was not the person; factor: which one shall
    go then, None: every one. Raises Begun.
    """
    settings, now = current_app.config, clock.now()
    lapse(user)
    if live(user.id):
        raise Begun
    hours = "FACTOR_RESET_DELAY_HOURS" if asked_by else "FACTOR_RECOVERY_WAIT_HOURS"
    opens_at = now + timedelta(hours=settings[hours])
    recovery = FactorRecovery(
        id=ids.new("rcv"),
        user_id=user.id,
        begun_at=now,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(hours=settings["FACTOR_RECOVERY_OPEN_HOURS"]),
        told_at=now,
        asked_by=asked_by,
        factor=factor,
    )
    db.session.add(recovery)
    db.session.flush()
    _note(events.FACTOR_RECOVERY_BEGUN, user, asked_by, factor)
    notices.tell(user, recovery)
    return recovery


def complete(user):
    """End the wait of ``user`` (held by the caller) in their favour; of many at once, one does.

    It must be one that they began themselves. Raises NotOpen.
    """
    if not _end(user, "completed", _open() & FactorRecovery.asked_by.is_(None)):
        raise NotOpen
    _note(events.FACTOR_RECOVERY_COMPLETED, user)


def complete_asked(user):
    """End the wait that somebody of the bank asked for and that is over; return it, or None.

    The caller holds ``user``, and takes away what it says.
    """
    recovery = live(user.id)
    if not _end(user, "completed", _open() & FactorRecovery.asked_by.is_not(None)):
        return None
    _note(events.FACTOR_RECOVERY_COMPLETED, user, recovery.asked_by, recovery.factor)
    return recovery


def stop(user, reason, *, actor=None):
    """Stop what ``user`` waits for, if anything, and tell them; return whether there was one.

    reason: why, as the record says it: a message's name (``reason.…``); actor: who stopped it,
    where that was not the person.
    """
    if not _end(user, "stopped", FactorRecovery.closes_at > clock.now()):
        return False
    data = {"reason": reason}
    who = {"actor": actor or user.sub, "subject": user.sub}
    trail.record(events.FACTOR_RECOVERY_STOPPED, **who, data=data)
    post.notice("recovery_stopped", user, at=clock.now())
    return True


def lapse(user):
    """End what ``user`` did not complete in time, if anything; return whether there was one."""
    lapsed = _end(user, "lapsed", FactorRecovery.closes_at <= clock.now())
    if lapsed:
        trail.record(events.FACTOR_RECOVERY_LAPSED, actor=events.SYSTEM, subject=user.sub)
    return lapsed


def _open():
    now = clock.now()
    return (FactorRecovery.opens_at <= now) & (FactorRecovery.closes_at > now)


def _note(event, user, asked_by=None, factor=None):
    data = {"factor": factor or "every"} if asked_by else None
    trail.record(event, actor=asked_by or user.sub, subject=user.sub, data=data)


def _end(user, outcome, when):
    mine = (FactorRecovery.user_id == user.id) & FactorRecovery.ended_at.is_(None)
    ending = update(FactorRecovery).where(mine, when)
    ending = ending.values(ended_at=clock.now(), outcome=outcome)
    return bool(database.write(db, ending).rowcount)
