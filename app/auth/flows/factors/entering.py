"""Come in: the one place where a person's session on this browser begins or is renewed."""

from app.auth.accounts import closing
from app.auth.audit import events, trail
from app.auth.notifications import post
from app.auth.recoveries import waiting
from app.auth.risk import assessment, facts, places
from app.auth.sessions import assurance, browser
from app.auth.tokens import ending
from app.foundation import clock


def weigh(user):
    """Return the :class:`Assessment` of ``user`` signing in now on this browser."""
    here = {"browser_id": browser.id(), "address": browser.address()}
    return assessment.weigh(facts.collect(user, **here))


def enter(user, amr, weighed=None):
    """Return the session of ``user``, who has shown all that is asked (``amr``, RFC 8176).

    A live session of the same person here is authenticated afresh; another's is ended. The
    caller holds the person's row and has seen that they may enter.

    weighed: how odd it looks, where that was asked already. The owner is told of an odd one.
    """
    here, weighed = browser.presence(), weighed or weigh(user)
    closing.stop(user)
    if assurance.satisfies(assurance.acr_of(amr), (assurance.TWO_FACTORS,)):
        waiting.stop(user, "factor_shown")
    data = weighed.told() or None
    trail.record(events.SIGN_IN_SUCCEEDED, actor=user.sub, subject=user.sub, data=data)
    session = _session(user, amr, here)
    session.risk, session.risk_reasons = weighed.verdict, " ".join(weighed.reasons)
    browser.judged(weighed.verdict)
    if weighed.verdict != assessment.ALLOW:
        place, device = places.named(browser.address()), browser.device_name()
        post.notice("new_sign_in", user, at=clock.now(), device=device, place=place)
    return session


def _session(user, amr, here):
    if here and here.user_id == user.id:
        session = browser.renew(here.session_id, amr)
        if session:
            return session
    elif here:
        ending.session(here.session_id, "replaced", actor=user.sub)
    return browser.open(user, amr)
