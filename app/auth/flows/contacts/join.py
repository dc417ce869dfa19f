"""Join: open an account that can do nothing but prove its e-mail address (C12, S26, L-14).

Nothing tells whether an address was known before: same words, work and time; its owner is told by
mail (`docs/decisions/0013`). A CPF is looked up by no one until the address is proved.
"""

from typing import NamedTuple

from flask import current_app

from app.auth.accounts import lockout, lookup, passwords, registration
from app.auth.accounts.proofs import sends
from app.auth.accounts.proofs.sends import Contact
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.flows.contacts import application, verify_contact
from app.auth.notifications import post
from app.auth.retention import holds
from app.auth.tokens import ending
from app.foundation import clock
from app.foundation.problems import Problem


class Closed(Problem):
    """Nobody opens an account alone here (``SIGN_UP=off``)."""

    code = "sign_up_closed"
    status = 403
    description = "Accounts are opened by the institution alone."
    key = "register.closed"


class Joined(NamedTuple):
    """What the next page needs. user_id: None when the address is somebody's already, which
    whoever asked must not be told; email, phone: as we write them; phone: None when no code can
    be sent to it.
    """

    user_id: int | None
    email: str
    phone: str | None


def begin(given, address, *, locale=None, link=False, **options):
    """Open an account as ``given`` (an Application) says and send a code to its e-mail address.

    Returns :class:`Joined`. address: the client's. link: mail a link beside the code, for an app
    to take it from. options: as :func:`application.accept` takes.
    Asked before the request writes anything.

    Raises application.Incomplete, Closed, sends.TooSoon. Raises registration.Taken: when the user
    name is another's, which is no secret. Raises Unavailable: when too many are at it.
    """
    refuse_closed()
    until = lockout.answer_at()
    user = application.accept(given, **options)
    with current_app.extensions["sign_ins"].take(queue=0):
        sends.allow(Contact("email", user.email_folded), address)
        passwords.set(user, given.password)
        lockout.wait_for(until)
    phone = verify_contact.where(user, "phone")
    return Joined(_settle(_unproved(user, given), locale, link), user.email, phone)


def refuse_closed():
    """Raise Closed where nobody opens an account alone."""
    if current_app.config["SIGN_UP"] == "off":
        raise Closed


def makes_way(user):
    """Is it somebody who joined, and has neither proved the address nor been locked since?"""
    return user.is_unproved() and user.may_enter()


def _unproved(user, given):
    """The person as they are until they have proved the address: in nobody's way."""
    user.cpf_index = None  # found by it, and nobody else's, from the proof on
    user.must_prove = "email"
    if user.phone_sealed and current_app.config["PHONE_PROOF"] == "required":
        user.must_prove = "email phone"
    if given.terms:
        user.terms_version = current_app.config["TERMS_VERSION"]
        user.terms_accepted_at = clock.now()
    return user


def _settle(user, locale, link):
    known = lookup.held_by_email(user.email)
    if known and (not makes_way(known) or holds.stand_on(known.sub)):
        post.mail("already_registered", known.email, user=known, locale=locale)
        return None
    try:
        with db.session.begin_nested():
            if known:
                _replace(known, user)
            registration.refuse_taken(user)
            registration.add(user)
    except registration.Taken as taken:
        if taken.field == "username":
            raise
        return None  # of two who join with one address at once, one does
    verify_contact.issue_email(user, locale, link=link)
    trail.record(events.ACCOUNT_CREATED, actor=user.sub, subject=user.sub)
    return user.id


def _replace(known, user):
    """Whoever joined with this address before never read its mail: the newcomer may."""
    ending.sessions_of(known.id, "replaced", actor=user.sub)
    trail.record(events.ACCOUNT_REPLACED, actor=user.sub, subject=known.sub)
    db.session.delete(known)
    db.session.flush()
