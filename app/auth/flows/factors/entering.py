"""Come in: the one place where a person's session on this browser begins or is renewed."""

from app.auth.audit import events, trail
from app.auth.sessions import browser
from app.auth.tokens import ending


def enter(user, amr):
    """Return the session of ``user``, who has shown all that is asked (``amr``, RFC 8176).

    A live session of the same person here is authenticated afresh; another's is ended. The
    caller holds the person's row and has seen that they may enter.
    """
    here = browser.presence()
    trail.record(events.SIGN_IN_SUCCEEDED, actor=user.sub, subject=user.sub)
    if here and here.user_id == user.id:
        session = browser.renew(here.session_id, amr)
        if session:
            return session
    elif here:
        ending.session(here.session_id, "replaced", actor=user.sub)
    return browser.open(user, amr)
