"""Open an account and activate it by document 002: the pages' own joining, in two requests.

The document has no field for the terms of use: what its app showed is not ours to record, so none
are kept as accepted.
"""

from flask import current_app

from app.auth.accounts import guesses, lookup
from app.auth.audit import events, trail
from app.auth.flows.contacts import application, join, verify_contact
from app.auth.flows.documents import asked as asking
from app.auth.sessions import browser
from app.foundation.problems import Problem

ASKED = ("cpf", "birth_date", "phone")
PURPOSE = "sign_up"


class Taken(Problem):
    """Somebody has an account with this e-mail address, as this document says aloud (C26)."""

    code = "email_taken"
    description = "There is an account with this e-mail address."


def join_as(given, *, locale, asked=ASKED, link=False):
    """Open an account as ``given`` (an Application) says and send a code to its e-mail address.

    Returns `join.Joined`. asked: as :func:`application.accept` takes; link: as `join.begin` does.
    With ``SIGNUP_ENUMERATION_SAFE`` nothing tells whether the address was known; its owner is told
    by mail. Asked before the request writes anything.

    Raises join.Closed, application.Incomplete, sends.TooSoon, Unavailable. Raises Taken: after
    all else is right, and recorded. Raises guesses.Paused: when that was asked too often from here.
    """
    join.refuse_closed()
    tells = not current_app.config["SIGNUP_ENUMERATION_SAFE"]
    if tells:
        application.accept(given, asked=asked)
        _refuse_known(given.email)
    joined = join.begin(given, browser.address(), locale=locale, link=link, asked=asked)
    if tells and joined.user_id is None:  # of two with one address at once, the other one
        raise Taken
    return joined


def activate(email, code):
    """Prove the address ``email`` of who has joined with it, by ``code``; return the person.

    Asked before the request writes anything. Raises one_time.WrongCode, Expired, Paused;
    Unavailable.
    """
    user = asking.person(email)
    newcomer = user.id if user and join.makes_way(user) else None
    return verify_contact.email(newcomer, code, asking.guesser(email))


def _refuse_known(email):
    """Raise Taken when the address is somebody's: each time is counted, so few are tried."""
    counted = guesses.count(PURPOSE, browser.address(), browser=browser.id())
    known = lookup.by_email(email)
    if known and not join.makes_way(known):
        trail.record_apart(events.SIGN_UP_REFUSED, actor=events.NOBODY, subject=known.sub)
        raise Taken
    guesses.give_back(counted)
