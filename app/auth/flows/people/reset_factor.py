"""Take a person's factors away for them: they are told first, and can stop it for a day.

Whoever can talk the bank's staff round gets in by the password alone, so the person has
``FACTOR_RESET_DELAY_HOURS`` to hear of it by every contact, with a link that stops it. It is the
recovery that they could begin themselves (:mod:`app.auth.recoveries`), asked for by somebody else.
"""

from sqlalchemy import select

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.factors import recovery_codes, registry, remembered
from app.auth.flows.people import whom
from app.auth.notifications import post
from app.auth.recoveries import waiting
from app.auth.recoveries.models import FactorRecovery
from app.auth.tokens import ending
from app.foundation import clock, database
from app.foundation.problems import Problem

BATCH = 500


class NoFactor(Problem):
    """There is nothing to take away."""

    code = "no_factor"
    status = 409
    key = "admin.people.refused.no_factor"
    description = "The person has no such factor."


def begin(user, factor=None, *, by):
    """Let the person's ``factor`` (a name of the registry; None: all) go after the delay.

    They are told by every contact; returns the :class:`FactorRecovery` that waits. user: held by
    the caller, and ``by`` may do so to them.

    Raises NoFactor; waiting.Begun: when something of the kind is under way.
    """
    check(user, factor)
    return waiting.begin(user, asked_by=by, factor=factor)


def check(user, factor):
    """Raise NoFactor unless the person has ``factor``; of None: any."""
    enrolled = {each.name for each in registry.enrolled(user.id)}
    if not enrolled or factor not in {None, *enrolled}:
        raise NoFactor


def stop(sub, *, by):
    """Stop what was asked for; return whether there was anything. Raises as whom.held does."""
    return waiting.stop(whom.held(sub, by), "stopped_by_staff", actor=by)


def go():
    """Do what was asked for and is due, each by itself; return how many. Run by the worker."""
    now = clock.now()
    due = select(FactorRecovery.user_id).where(
        FactorRecovery.asked_by.is_not(None),
        FactorRecovery.ended_at.is_(None),
        FactorRecovery.opens_at <= now,
        FactorRecovery.closes_at > now,
    )
    with database.kept(db) as session:
        found = session.scalars(due.limit(BATCH)).all()
    return {"factors_reset": sum(_do(user_id) for user_id in found)}


def _do(user_id):
    with database.kept(db):
        user = lookup.held(user_id)
        recovery = user and user.may_enter() and waiting.complete_asked(user)
        if not recovery:
            return 0
        _forget(user.id, recovery.factor)
        ending.sessions_of(user.id, "factor_reset", actor=recovery.asked_by)
        _tell(user, recovery.factor)
        return 1


def _forget(user_id, factor):
    if factor is None:
        registry.forget_all(user_id)
        return
    registry.FACTORS[factor].module.forget_all(user_id)
    remembered.forget(user_id)
    if not registry.enrolled(user_id):
        recovery_codes.forget_all(user_id)


def _tell(user, factor):
    if factor is None:
        post.notice("recovery_completed", user, at=clock.now(), device=None)
    else:
        post.notice("factor_off", user, factor=factor, at=clock.now())
