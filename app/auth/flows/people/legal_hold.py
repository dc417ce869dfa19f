"""Keep a person's data as it is, for a court; and let it go again."""

from sqlalchemy import select

from app.auth.accounts.models import User
from app.auth.database import db
from app.auth.retention import holds
from app.foundation.problems import NotFound, Problem

LONGEST = 500  # characters of a reason


class NoReason(Problem):
    """A hold needs a reason."""

    code = "invalid_reason"
    description = f"Say why, in 1 to {LONGEST} characters."


def place(sub, reason):
    """Let nothing of the person be erased; return the hold's id.

    An erasure that is under way ends first. Raises NotFound, NoReason, holds.Held.
    """
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= LONGEST:
        raise NoReason
    if db.session.scalar(select(User.id).where(User.sub == sub).with_for_update()) is None:
        raise NotFound("There is no such person.")
    return holds.place(sub, reason)
