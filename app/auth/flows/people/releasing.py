"""Somebody belongs to an institution no more, and has no role there."""

from app.auth.audit import events
from app.auth.institutions import members
from app.auth.staff import standing


def release(user, code, *, by=events.OPERATOR):
    """Release the person from the institution; nothing happens when they are no member.

    Who may do more than ``by`` is not released by them: their roles there would end with it.
    Raises NotFound, standing.Oneself, standing.Above.
    """
    standing.over(by, user)
    members.release(user, code, by=by)
