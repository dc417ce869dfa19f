"""Come back when every factor is lost: a code to a proved contact, a wait, another code.

Begun and completed by who has just shown the password, and by a contact that has long been
theirs; between the two lie ``FACTOR_RECOVERY_WAIT_HOURS`` in which everybody who may be concerned
is told and can stop it (`docs/decisions/0017`). No device and nothing known makes it shorter.
"""

from datetime import timedelta

from flask import current_app

from app.auth.accounts import lookup
from app.auth.accounts.proofs import one_time, sends
from app.auth.factors import registry
from app.auth.flows.factors import entering, second_factor
from app.auth.interactions import journey
from app.auth.notifications import post
from app.auth.recoveries import notices, waiting
from app.auth.sessions import assurance, browser
from app.auth.tokens import ending
from app.foundation import clock
from app.foundation.problems import Problem

BEGIN, COMPLETE = "begin", "complete"
PURPOSES = {BEGIN: "begin_recovery", COMPLETE: "complete_recovery"}


class Unproved(Problem):
    """That contact does not serve: not proved, or not for long."""

    code = "contact_does_not_serve"
    status = 409
    key = "lost.unproved"
    description = "This contact cannot be used to recover the account."


def deed(user_id):
    """Return what the person can do now: ``begin``, ``complete``, or None: wait."""
    recovery = waiting.live(user_id)
    if recovery is None:
        return BEGIN
    return COMPLETE if recovery.asked_by is None and recovery.is_open(clock.now()) else None


def ways(user):
    """Return each :class:`sends.Contact` that a code may go to, the e-mail address first.

    It was proved before the wait would have had to begin, and is the same since: a contact that
    somebody has just changed serves nobody.
    """
    recovery = waiting.live(user.id)
    since = recovery.begun_at if recovery else clock.now()
    since -= timedelta(hours=current_app.config["FACTOR_RECOVERY_WAIT_HOURS"])
    settled = {"email": user.email_verified_at, "sms": user.phone_verified_at}
    found = (sends.proved(user, channel) for channel, at in settled.items() if at and at <= since)
    return [contact for contact in found if contact]


def send(interaction, what, channel, *, locale=None):
    """Send a code by ``channel`` for ``what``: ``begin`` or ``complete``.

    Asked before the request writes anything. Raises second_factor.Over, Unproved, sends.TooSoon.
    """
    user = second_factor.awaited(interaction)
    contact = next((each for each in ways(user) if each.channel == channel), None)
    if contact is None:
        raise Unproved
    sends.allow(contact, browser.address(), user_id=user.id)
    secret = one_time.issue(PURPOSES[what], user.id, contact.where)
    told = {"code": secret.code, "minutes": secret.minutes}
    way = post.mail if channel == "email" else post.sms
    way("lost_factors_code", contact.where, user=user, locale=locale, **told)


def begin(interaction, code, guesser):
    """Begin the wait, allowed by ``code``; the person is told by every contact.

    Asked before the request writes anything.

    Raises second_factor.Over; one_time.WrongCode, Expired, Paused; waiting.Begun, Limited.
    """
    user, row = _judged(interaction, BEGIN, code, guesser)
    waiting.count(user.id)
    user = _proved(interaction, row)
    one_time.use(row)
    return waiting.begin(user)


def complete(interaction, code, guesser):
    """Remove every factor, end every session, and return the one that begins, of one factor.

    Asked before the request writes anything.

    Raises second_factor.Over; one_time.WrongCode, Expired, Paused; waiting.NotOpen.
    """
    _, row = _judged(interaction, COMPLETE, code, guesser)
    user = _proved(interaction, row)
    one_time.use(row)
    waiting.complete(user)
    journey.forget(interaction, second_factor.HALF)
    registry.forget_all(user.id)
    ending.sessions_of(user.id, "factors_lost", actor=user.sub)
    post.notice("recovery_completed", user, at=clock.now(), device=browser.device_name())
    return entering.enter(user, assurance.PASSWORD)


def stop(user_id, reason):
    """Stop what the person waits for, if anything; return whether there was one."""
    return waiting.stop(lookup.held(user_id), reason)


def stop_by_link(token):
    """Stop the recovery of which ``token`` tells; return whether it was there to be stopped."""
    recovery = notices.find(token)
    return recovery is not None and stop(recovery.user_id, "stop_link")


def _judged(interaction, what, code, guesser):
    """Return the person of the journey and the row of the code that they typed."""
    user = second_factor.awaited(interaction)
    return user, one_time.judged(PURPOSES[what], user.id, code, guesser)


def _proved(interaction, row):
    """Return the person, held, if the contact that the code went to still serves."""
    user = second_factor.held(interaction)
    if not any(one_time.is_for(row, each.where) for each in ways(user)):
        raise one_time.WrongCode
    return user
