"""The budget of tries at codes of every kind, by account, browser and address (O-04, O-05)."""

from app.auth.accounts import counts, guesses
from app.auth.audit import events, trail
from app.auth.sessions import browser
from app.foundation import metrics

PURPOSE = "second_factor"


class Limited(counts.Paused):
    """Too many wrong codes: none is judged until ``until``, not even a right one."""

    key = "otp.limited"


def count(user):
    """Count a try of the person's before it is judged; return what to give back. Raises Limited."""
    try:
        return guesses.count(PURPOSE, browser.address(), browser=browser.id(), user_id=user.id)
    except guesses.Paused as pause:
        metrics.count("lockouts", of="second_factor")
        about = {"actor": events.NOBODY, "subject": user.sub}
        trail.record_apart(events.SECOND_FACTOR_LOCKED, **about)
        raise Limited(pause.until) from None


def look(user):
    """Raise Limited when no code of the person's would be judged now, so that none is sent."""
    try:
        guesses.look(PURPOSE, browser.address(), browser=browser.id(), user_id=user.id)
    except guesses.Paused as pause:
        raise Limited(pause.until) from None
