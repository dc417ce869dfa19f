"""Reading as a person who allowed it (RFC 8693 §1.1): ask, allow, refuse, end."""

from app.auth.accounts import lookup
from app.auth.flows.factors import step_up
from app.auth.flows.people import whom
from app.auth.support import acting
from app.auth.tokens import ending
from app.foundation.problems import NotFound


def ask(sub, reason, minutes, *, by):
    """Ask the person to let ``by`` read as them for so many minutes; they are told everywhere.

    Raises NotFound, standing.Oneself, acting.UnderWay, reasons.NoReason, reasons.Personal.
    """
    user = whom.held_by_anyone(sub, by)
    if not user.may_enter():
        raise NotFound
    return acting.ask(user, reason, minutes, by=by)


def allow(delegation_id):
    """Whoever is here allows what was asked. Raises NotFresh, acting.Over."""
    here = step_up.require_fresh()
    acting.allow(lookup.held(here.user_id), delegation_id)


def refuse(user_id, delegation_id):
    """The person refuses what was asked. Raises acting.Over."""
    acting.refuse(lookup.held(user_id), delegation_id)


def end(user, *, by):
    """End what ``user`` (held by the caller) was asked or allowed: every token of it, at once."""
    ended = acting.end(user, by=by)
    if ended:
        ending.delegation(ended)
    return ended is not None


def end_by_staff(sub, *, by):
    """``by`` needs it no more. Raises NotFound: where it is not theirs."""
    user = whom.held_by_anyone(sub, by)
    found = acting.live(user.id)
    if found is None or found.staff_sub != by:
        raise NotFound
    end(user, by=by)
