"""Sign out: here, on one browser, everywhere else (decisions §15)."""

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.sessions import browser
from app.auth.sessions.models import Session
from app.auth.tokens import ending
from app.foundation import ids
from app.foundation.problems import NotFound


def here(reason="signed_out"):
    """End this browser's session, if there is one, and return its id, or None.

    What was granted to outlive it lives on. Where the browser goes next, :mod:`farewell` knows.
    """
    present = browser.presence()
    if present:
        ending.session(present.session_id, reason, actor=present.sub)
    browser.forget()
    return present and present.session_id


def one(user_id, session_id):
    """End one session of the person, chosen from the list, and all that was granted under it.

    Raises NotFound: when it is not theirs; whose else it is, is not told.
    """
    present = browser.presence()
    session = db.session.get(Session, session_id) if ids.is_one(session_id, "ses") else None
    if session is None or session.user_id != user_id:
        raise NotFound
    actor = lookup.by_id(user_id).sub
    ending.session(session_id, "ended_from_list", actor=actor, offline=True)
    if present and present.session_id == session_id:
        browser.forget()


def others(user_id):
    """End every session of the person but this browser's, and all that was granted under them."""
    present = browser.presence()
    actor = lookup.by_id(user_id).sub
    but = present and present.session_id
    ending.sessions_of(user_id, "ended_from_list", actor=actor, but=but)
