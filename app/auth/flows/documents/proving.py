"""Prove an e-mail address by the link that was sent there, and ask for another (S69, S70).

Whether there is such an account, nobody is told: same answer and time.
"""

from flask import current_app

from app.auth.accounts import lockout, lookup
from app.auth.accounts.proofs import sends
from app.auth.accounts.proofs.sends import Contact
from app.auth.flows.contacts import verify_contact
from app.auth.sessions import browser


def ask(email, *, locale=None):
    """Send a code and a link to ``email``, if an account of that address has yet to prove it.

    Asked before the request writes anything.

    Raises sends.TooSoon: when it was asked for a moment ago, or too much from here, whoever that
    is. Raises Unavailable: when too many are at it.
    """
    until, address = lockout.answer_at(), browser.address()
    with current_app.extensions["sign_ins"].take(queue=0):
        sends.ask("confirm_email", email, address)
        user = lookup.by_email(email)
        due = user is not None and user.email_verified_at is None and user.may_enter()
        allowed = due and sends.passes(Contact("email", user.email_folded), address, user.id)
        lockout.wait_for(until)
    if allowed:
        verify_contact.issue_email(user, locale, link=True)


def by_link(link):
    """Mark the address as proved that ``link`` was sent to. Raises one_time.WrongCode."""
    verify_contact.email_by_link(link)
