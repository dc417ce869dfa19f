"""Lock an account, and unlock it again: whoever it is does not come in (`decisions.md` §15).

A lock is somebody's decision; what too many wrong tries do is a pause, and ends by itself
(:mod:`app.auth.accounts.lockout`).
"""

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.flows.people import whom
from app.auth.notifications import post
from app.auth.recoveries import waiting
from app.auth.tokens import ending
from app.foundation import clock


def lock(sub, *, by):
    """Lock the person's account: every session and token ends at once, and they are told.

    Returns whether it was still open. Raises NotFound, standing.Oneself, standing.Above.
    """
    user = whom.held(sub, by)
    if user.status != "active":
        return False
    user.status = "locked"
    db.session.flush()  # from here nobody opens a session
    trail.record(events.ACCOUNT_LOCKED, actor=by, subject=user.sub)
    waiting.stop(user, "blocked")
    ending.sessions_of(user.id, "locked", actor=by)
    ending.leave(user, by=by)
    post.notice("account_locked", user, at=clock.now())
    return True


def unlock(sub, *, by):
    """Let the person in again; what ended stays ended. Returns whether it was locked.

    Raises NotFound, standing.Oneself, standing.Above.
    """
    user = whom.held(sub, by)
    if user.status != "locked":
        return False
    user.status = "active"
    trail.record(events.ACCOUNT_UNLOCKED, actor=by, subject=user.sub)
    post.notice("account_unlocked", user, at=clock.now())
    return True
