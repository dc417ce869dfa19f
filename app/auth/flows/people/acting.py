"""Reading as a person who allowed it (RFC 8693 §1.1): ask, allow, refuse; staff end it.

Whatever else ends it asks :func:`app.auth.tokens.ending.leave`.
"""

from app.auth.accounts import lookup
from app.auth.flows.factors import step_up
from app.auth.flows.people import whom
from app.auth.support import acting
from app.auth.tokens import ending
from app.foundation.problems import NotFound


def ask(sub, reason, minutes, *, by):
    """Ask the person to let ``by`` read as them for so many minutes; they are told everywhere.

    Raises NotFound, also for who is locked or leaving; standing.Oneself, acting.UnderWay,
    reasons.NoReason, reasons.Personal.
    """
    user = whom.held_by_anyone(sub, by)
    if not user.may_enter() or user.closes_at is not None:
        raise NotFound
    return acting.ask(user, reason, minutes, by=by)


def allow(delegation_id):
    """Whoever is here allows what was asked. Raises NotFresh, acting.Over."""
    here = step_up.require_fresh()
    acting.allow(lookup.held(here.user_id), delegation_id)


def refuse(user_id, delegation_id):
    """The person refuses what was asked. Raises acting.Over."""
    acting.refuse(lookup.held(user_id), delegation_id)


def end_by_staff(sub, *, by):
    """``by`` needs it no more. Raises NotFound: where it is not theirs."""
    user = whom.held_by_anyone(sub, by)
    found = acting.live(user.id)
    if found is None or found.staff_sub != by:
        raise NotFound
    ending.leave(user, by=by)
