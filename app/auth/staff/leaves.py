"""People's leave to be read for: good while all that it was given for still stands."""

from app.auth.accounts import lookup
from app.auth.institutions import members
from app.auth.staff import reach
from app.auth.staff.permissions import PEOPLE_ACT_FOR
from app.auth.support import acting
from app.foundation import clock

PREFIX = "dlg_"  # of the id that a token names in place of a grant


def still(grant_id):
    """Does what a token was given for still stand? True for any other grant, and for none."""
    if not (grant_id or "").startswith(PREFIX):
        return True
    delegation = acting.one(grant_id)
    return delegation is not None and stands(delegation)


def stands(delegation):
    """Is it open, are both people in good standing, and may the one still act for the other?"""
    if not delegation.is_open(clock.now()):
        return False
    person, staff = lookup.by_id(delegation.user_id), lookup.by_sub(delegation.staff_sub)
    if staff is None or not (staff.may_enter() and person.may_enter()):
        return False
    held = reach.of(staff.id).get(PEOPLE_ACT_FOR)
    return held is not None and held.covers(*members.codes(person.id))
