"""Whom the e-mail address in a request names, when whoever asks must not learn it (S63, L-01).

A document's codes come with the address they were sent to, in one request. So the answer to a
wrong one, and to one of nobody, looks the same, is counted the same and takes the same time.
"""

from flask import current_app

from app.auth.accounts import lockout, lookup
from app.auth.accounts.proofs.one_time import Guesser
from app.auth.sessions import browser


def person(email):
    """Return the person with this e-mail address, or None, no sooner than the floor of time.

    Asked before the request writes anything. Raises Unavailable: when too many are at it.
    """
    until = lockout.answer_at()
    with current_app.extensions["sign_ins"].take(queue=0):
        user = lookup.by_email(email)
        lockout.wait_for(until)
    return user


def guesser(email):
    """Return whence a guess at a code of ``email`` comes; nobody's are counted like anybody's."""
    return Guesser(browser.address(), browser.id(), asked=email)
