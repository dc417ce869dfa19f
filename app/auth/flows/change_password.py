"""Change a password, and end what a stranger might hold by the old one (decisions §15)."""

from app.auth.accounts import lockout, lookup, passwords
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.notifications import post
from app.auth.recoveries import waiting
from app.auth.sessions import browser
from app.auth.tokens import ending
from app.foundation import clock
from app.foundation.problems import Problem, Unavailable


class NotDue(Problem):
    """This password need not be changed now; changing it asks for the old one."""

    code = "not_due"
    status = 409
    description = "There is no password to be changed here."


class WrongPassword(Problem):
    """That is not the password in use."""

    code = "wrong_password"
    status = 422
    description = "The current password is wrong."
    key = "password.current_wrong"


def by_old(user_id, old, new):
    """Change the password of the person here, who knows the ``old`` one.

    Their other sessions end, and all that was granted under them. A try at the old one counts as
    one at signing in does. Asked before the request writes anything.

    Raises passwords.Refused: when the policy refuses ``new``, or it is the old one.
    Raises WrongPassword, lockout.Paused, Unavailable.
    """
    user = lookup.by_id(user_id)
    refusal = passwords.refusal(new, user)
    if refusal:
        raise passwords.Refused(refusal)
    judged = user.password_hash
    _prove(user, old)
    if passwords.check(user, new):
        raise passwords.Refused("password.same")
    better = passwords.hashed(new)
    user = lookup.held(user_id)
    if user.password_hash != judged:
        raise WrongPassword
    passwords.keep(user, better)
    _end_the_others(user)


def at_sign_in(user_id, new):
    """Change the password of a person who must, right after they came in with the old one.

    Their other sessions end, and all that was granted under them.

    Raises passwords.Refused: when the policy refuses ``new``, or it is the old one.
    Raises NotDue: when the person need not change it.
    """
    user = lookup.by_id(user_id)
    if user is None or not user.must_change_password:
        raise NotDue
    refusal = passwords.refusal(new, user)
    if refusal:
        raise passwords.Refused(refusal)
    if passwords.check(user, new):
        raise passwords.Refused("password.same")
    passwords.set(user, new)
    _end_the_others(user)


def _prove(user, old):
    """Count a try at the old password, then judge it. Raises WrongPassword, lockout.Paused."""
    tried = lockout.count(user, "", browser.address(), device=browser.own_id())
    try:
        right = passwords.check(user, old)
    except Unavailable:
        lockout.give_back(tried)
        raise
    if not right:
        data = {"reason": "old_password"}
        trail.record_apart(events.SIGN_IN_FAILED, actor=user.sub, subject=user.sub, data=data)
        raise WrongPassword
    lockout.clear(tried)


def _end_the_others(user):
    present = browser.presence()
    db.session.flush()  # from here nobody opens a session by the old one
    trail.record(events.PASSWORD_CHANGED, actor=user.sub, subject=user.sub)
    waiting.stop(user, "password_changed")
    but = present and present.session_id
    ending.sessions_of(user.id, "password_changed", actor=user.sub, but=but)
    post.notice("password_changed", user, at=clock.now(), device=browser.device_name())
