"""What somebody may hand on: what they hold themselves, where they hold it, never to themselves.

So no administrator grows by their own hand (G-07).
"""

from app.auth.accounts import lookup
from app.auth.audit import events
from app.auth.staff import reach
from app.auth.staff.permissions import EVERYWHERE_ONLY
from app.auth.staff.reach import EVERYWHERE
from app.foundation.problems import Problem


class OwnRoles(Problem):
    """Nobody changes what they themselves may do."""

    code = "own_roles"
    status = 403
    key = "admin.roles.refused.own"
    description = "Nobody changes their own roles."


class Beyond(Problem):
    """Whoever asks does not hold what they would hand on."""

    code = "beyond_reach"
    status = 403
    key = "admin.roles.refused.beyond"
    description = "Nobody gives or takes what they do not hold themselves, where they hold it."


def demand(by, permission, handed_on, code=None):
    """Raise unless ``by`` (a ``sub``) may hand on permissions, by what they hold now.

    permission: the one that doing so needs; handed_on: the permissions in question; code: of the
    institution where they are held, None: everywhere. Raises Beyond; raises NotFound: for an
    institution beyond reach.
    """
    if by in events.HOST:
        return
    held = reach.of(person_of(by).id)
    if permission not in held:
        raise Beyond
    if code is not None:
        held[permission].demand(code)
        handed_on = handed_on - EVERYWHERE_ONLY
    if not all(_covers(held.get(each), code) for each in {permission, *handed_on}):
        raise Beyond


def demand_any(by, permission, codes):
    """Raise Beyond unless ``by`` (a ``sub``) holds ``permission`` in any of ``codes``.

    codes: of institutions, None for what belongs to none; who holds it everywhere holds it there.
    """
    if by in events.HOST:
        return
    held = reach.of(person_of(by).id).get(permission)
    if held is None or not held.covers(*codes):
        raise Beyond


def person_of(by):
    """Return the :class:`User` of a ``sub``. Raises Beyond: when there is none who may enter."""
    user = lookup.by_sub(by)
    if user is None or not user.may_enter():
        raise Beyond
    return user


def _covers(held, code):
    if held is None:
        return False
    return held == EVERYWHERE if code is None else held.covers(code)
