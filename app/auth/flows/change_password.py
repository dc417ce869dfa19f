"""Change a password, and end what a stranger might hold by the old one (decisions §15)."""

from app.auth.accounts import lookup, passwords
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.sessions import browser
from app.auth.tokens import ending
from app.foundation.problems import Problem


class NotDue(Problem):
    """This password need not be changed now; changing it asks for the old one."""

    code = "not_due"
    status = 409
    description = "There is no password to be changed here."


def at_sign_in(user_id, new):
    """Change the password of a person who must, right after they came in with the old one.

    Their other sessions end, and all that was granted under them.

    Raises passwords.Refused: when the policy refuses ``new``, or it is the old one.
    Raises NotDue: when the person need not change it.
    """
    present = browser.presence()
    user = lookup.by_id(user_id)
    if user is None or not user.must_change_password:
        raise NotDue
    refusal = passwords.refusal(new, user)
    if refusal:
        raise passwords.Refused(refusal)
    if passwords.check(user, new):
        raise passwords.Refused("password.same")
    passwords.set(user, new)
    db.session.flush()  # from here nobody opens a session by the old one
    trail.record(events.PASSWORD_CHANGED, actor=user.sub, subject=user.sub)
    but = present and present.session_id
    ending.sessions_of(user_id, "password_changed", actor=user.sub, but=but)
