"""Sign in: count the try, judge it, ask for the second factor, open the session.

A try is counted before it is judged and in a transaction that has ended by then (decisions §7).
Every answer about an account waits for the same floor of time, and no connection is held
meanwhile (ASVS 6.3.8). Nothing about an account is told before its right password was shown.
"""

from flask import current_app

from app.auth.accounts import lockout, lookup, passwords
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.factors import passkeys
from app.auth.flows.factors import entering, second_factor
from app.auth.sessions import assurance, browser
from app.foundation import database, metrics
from app.foundation.problems import Problem, Unavailable


class WrongCredentials(Problem):
    """No such person, or not their password: which, is not told."""

    code = "wrong_credentials"
    status = 422
    description = "The identifier or the password is wrong."
    key = "login.failed"


class Blocked(Problem):
    """The password is right and the account is locked or closed."""

    code = "account_blocked"
    status = 403
    description = "This account is blocked."
    key = "login.blocked"


class Unusual(Blocked):
    """The password is right, and so much is odd about it that nobody comes in by it alone (S83)."""

    code = "sign_in_unusual"
    description = "This sign-in looks too unusual."
    key = "risk.unusual"


def by_password(identifier, password, interaction=None, *, begin=None, then=None):
    """Sign the person in on this browser and return their session, or None.

    None: they have a second factor to show first, or a code that was sent. That is kept in the
    journey ``interaction``, for :mod:`second_factor`; there is no session yet. Asked before the
    request writes anything.

    begin: makes that journey once it is needed, where there is none. then: tried first with the
    person whose password was right; the session it returns, if any, is the one.

    Raises WrongCredentials, lockout.Paused, Blocked; second_factor.Required: when there is no
    journey to show it in. Raises Unavailable: when too many passwords
    are waiting, or ``SIGN_INS_AT_ONCE`` are being judged here; at once, and the try does not
    count. So a flood of them leaves threads for everything else (`docs/decisions/0006`).
    """
    with current_app.extensions["sign_ins"].take(queue=0):
        return _by_password(identifier, password, interaction, begin, then)


def _by_password(identifier, password, interaction, begin, then):
    until = lockout.answer_at()
    browser.presence()  # before anything is held
    try:
        user, judged, better, weighed = _recognise(identifier, password)
    except Unavailable:
        raise
    except Problem:
        lockout.wait_for(until)
        raise
    lockout.wait_for(until)
    session = then(lookup.by_id(user.id)) if then else None
    return session or _enter(user.id, judged, better, weighed, (interaction, begin))


def _recognise(identifier, password):
    """Return who it is, the hash that was judged, a better one to keep, and how odd it looks."""
    user = lookup.by_identifier(identifier)
    judged = user and user.password_hash
    tried = lockout.count(user, identifier, browser.address(), device=browser.own_id())
    try:
        right = passwords.check(user, password)
        better = passwords.upgraded(user, password) if right else None
    except Unavailable:
        lockout.give_back(tried)
        raise
    if not right:
        _note("password", user, tried)
        raise WrongCredentials
    weighed = entering.weigh(user)
    lockout.clear(tried)
    if not user.may_enter():
        _note("blocked", user)
        raise Blocked
    if weighed.blocks:
        _note("unusual", user, reasons=weighed.reasons)
        raise Unusual
    return user, judged, better, weighed


def _note(reason, user, tried=None, **more):
    subject = user and user.sub
    failed = {"actor": events.NOBODY, "subject": subject, "data": {"reason": reason, **more}}
    trail.record_apart(events.SIGN_IN_FAILED, **failed)
    if tried and tried.last:
        metrics.count("lockouts", of="password")
        trail.record_apart(events.SIGN_IN_LOCKED, actor=events.NOBODY, subject=subject)


def _enter(user_id, judged, better, weighed, waiting):
    """Open the session or ask for more, unless password or account changed since judged.

    waiting: the journey to wait in for more, or None; and how to begin one, or None.
    """
    interaction, begin = waiting
    ahead = second_factor.look_ahead(lookup.by_id(user_id), weighed, interaction, any(waiting))
    database.let_go(db)
    user = lookup.held(user_id)
    if user.password_hash != judged or not user.may_enter():
        raise WrongCredentials
    if better:
        user.password_hash = better
    if ahead or second_factor.is_due(user, interaction):
        return second_factor.ask(interaction or (begin and begin()), user, ahead)
    return entering.enter(user, assurance.PASSWORD, weighed)


def by_passkey(answer):
    """Sign in whoever's passkey made ``answer`` (JSON of the browser); return the session.

    It is two factors by itself, and stands open while password sign-in is paused (L-09). Asked
    before the request writes anything.

    Raises ceremonies.Refused, passkeys.Unknown, Blocked.
    """
    browser.presence()  # before anything is held
    passkey = passkeys.recognise(answer)
    user = lookup.held(passkey.user_id)
    if not user.may_enter():
        raise Blocked
    return entering.enter(user, passkeys.methods(passkey))
