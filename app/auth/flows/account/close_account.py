"""Close one's account: out at once, erased after a while (`decisions.md` §15)."""

from app.auth.accounts import closing, lookup
from app.auth.database import db
from app.auth.flows import withdraw_consent
from app.auth.notifications import post
from app.auth.sessions import browser
from app.auth.tokens import ending
from app.foundation import clock


def now(user_id):
    """End every session, token, consent and leave of the person; return when they are erased.

    The person has just shown who they are, and is told by every contact. Signing in until then
    stops it. Asked before the request writes anything.
    """
    known_as = withdraw_consent.known_to(lookup.by_id(user_id))
    user = lookup.held(user_id)
    ends_at = closing.ask(user)
    db.session.flush()
    ending.sessions_of(user_id, "closing", actor=user.sub)
    ending.leave(user, by=user.sub)
    withdraw_consent.each(user, known_as)
    post.notice("account_closing", user, at=clock.now(), ends_at=ends_at)
    browser.forget()
    return ends_at
