"""The second step of signing in: the password was right, now the factor (S30, C7, O-08).

What stands between the two is the journey's: whose password it was, which one, and until when.
There is no session before the factor was shown.

Who has no factor and whose sign-in looked odd (S83) is asked for a code sent to a contact they have
proved. That is a check and no second factor: the session it opens is of one factor.
"""

from datetime import timedelta
from typing import NamedTuple

from flask import current_app

from app.auth.accounts import lookup
from app.auth.accounts.proofs import sends
from app.auth.accounts.proofs.sends import Contact
from app.auth.audit import events, trail
from app.auth.factors import one_time_codes, policy, registry, remembered
from app.auth.factors.one_time_codes import SentCode
from app.auth.flows.factors import entering, sending, showing, tries
from app.auth.interactions import journey
from app.auth.interactions.prompts.second_factor import HALF
from app.auth.risk import assessment
from app.auth.sessions import assurance
from app.foundation import clock, digests
from app.foundation.problems import Problem


class Required(Problem):
    """The password is right and a second factor must be shown, for which there is no journey."""

    code = "second_factor_required"
    status = 401
    description = "A second factor is required."


class Over(Problem):
    """Password or account changed since the password was shown: sign in anew."""

    code = "sign_in_over"
    status = 409
    key = "login.session_ended"
    description = "Sign in again."


class Ahead(NamedTuple):
    """What comes after the password. check: the kind of code that an odd sign-in is checked by.

    kind: the code that is sent now, and contact: where; None where none is, or none yet.
    """

    check: SentCode | None = None
    kind: SentCode | None = None
    contact: Contact | None = None


def look_ahead(user, weighed, interaction, waits):
    """Return what comes :class:`Ahead` of the person whose password was right, or None: nothing.

    waits: is there a journey to wait in for it, or will there be? A code that will be sent is
    counted by this: asked before the person is held. Raises Required: when there is none.
    """
    check = None
    if is_due(user, interaction):
        kind = _sent_first(user, interaction)
    elif weighed.verdict == assessment.STEP_UP and not registry.enrolled(user.id):
        kind = check = one_time_codes.check_of(user)
        if check is None:
            return None
    else:
        return None
    if not waits:
        raise Required
    try:
        return Ahead(check, kind, kind and sending.allow(user, kind))
    except (sends.TooSoon, sending.Unreachable, tries.Limited):
        return Ahead(check)


def _sent_first(user, interaction):
    """Return the kind of code to send unasked: what the person shows first is one, or None.

    Without a journey yet it is an app's (`flows.documents`), where nothing shows a passkey.
    """
    shown = [f for f in registry.showable(user.id) if interaction or f.name != "passkey"]
    return next((factor.module for factor in shown[:1] if factor.sent), None)


def is_due(user, interaction):
    """Must this person, whose password was right, show a second factor in this journey?"""
    if not registry.enrolled(user.id):
        return False
    return not (may_remember(user, interaction) and remembered.is_remembered(user))


def may_remember(user, interaction):
    """May this person be spared the second factor in a browser they know, in this journey?"""
    institution = interaction and journey.institution(interaction)
    return policy.lets_browsers_be_remembered(policy.of(user.id, institution))


def ask(interaction, user, ahead):
    """Keep in the journey that the person's password was shown, and send the code that is ahead.

    Raises Required: without a journey.
    """
    if interaction is None:
        raise Required
    until = clock.now() + timedelta(seconds=current_app.config["SECOND_FACTOR_SECONDS"])
    facts = {"user": user.id, "proof": _proof(user), "until": until.timestamp()}
    check = ahead and ahead.check
    journey.answer(interaction, HALF, **facts, check=check and check.name)
    if ahead and ahead.contact:
        sending.send(user, ahead.kind, _place(interaction), ahead.contact, sending.SIGN_IN)


def person(interaction):
    """Return whose password was shown in this journey, or None."""
    half = interaction.answer_to(HALF)
    return half and lookup.by_id(half["user"])


def is_check(interaction):
    """Is a code asked for because the sign-in looked odd, of somebody who has no factor?"""
    return _check(interaction) is not None


def ways(interaction):
    """Return the names of what the person can show now, the best first."""
    if is_check(interaction):
        return [_check(interaction)]
    return [factor.name for factor in registry.showable(person(interaction).id)]


def is_same_path(interaction):
    """Does a code that the person turned on not count, since the password came the same way?"""
    user_id = person(interaction).id
    sent = [factor.name for factor in registry.enrolled(user_id) if factor.sent]
    return any(one_time_codes.is_same_path(user_id, name) for name in sent)


def look(interaction, name):
    """Return what became of the code of ``name`` in this journey (:class:`sending.Sent`)."""
    user = person(interaction)
    return sending.look(user.id, _kind(interaction, name), _place(interaction))


def send(interaction, name, *, again=False):
    """Send the code of ``name``, one of :func:`ways`, as `sending.ensure` does."""
    if name in ways(interaction) and name in one_time_codes.FACTORS:
        user, kind = person(interaction), _kind(interaction, name)
        sending.ensure(user, kind, _place(interaction), sending.SIGN_IN, again=again)


def awaited(interaction):
    """Return whose password was shown in this journey, not too long ago. Raises Over."""
    half, user = interaction.answer_to(HALF), person(interaction)
    if user is None or clock.now().timestamp() >= half["until"]:
        raise Over
    return user


def held(interaction):
    """Return the same person, held, if they may still enter by that password. Raises Over."""
    half = interaction.answer_to(HALF)
    user = half and lookup.held(half["user"])
    if user is None or not user.may_enter() or _proof(user) != half["proof"]:
        raise Over
    return user


def show(interaction, name, answer, *, remember=False):
    """Sign the person in who shows the factor ``name`` by ``answer``; return the session.

    remember: ask no second factor in this browser for a while, where policy lets. Asked before the
    request writes anything.

    Raises Over; Wrong, Expired, Limited, totp.Used, ceremonies.Refused as `showing.judge` does.
    """
    user = awaited(interaction)
    amr = _judge(interaction, user, name, answer)
    user = held(interaction)
    if is_check(interaction) and registry.enrolled(user.id):  # turned one on meanwhile
        raise Over
    journey.forget(interaction, HALF)
    if remember and amr and may_remember(user, interaction):
        remembered.remember(user.id)
        trail.record(events.BROWSER_REMEMBERED, actor=user.sub, subject=user.sub)
    return entering.enter(user, assurance.joined(assurance.PASSWORD, amr))


def start_over(interaction):
    """Forget whose password was shown: somebody else signs in."""
    journey.forget(interaction, HALF)


def _judge(interaction, user, name, answer):
    """Return what was shown beside the password: nothing, where it was a check alone."""
    if not is_check(interaction):
        return showing.judge(user, name, answer, _place(interaction))
    showing.judge_sent(user, _kind(interaction, name), answer, _place(interaction))
    return ""


def _kind(interaction, name):
    check = _check(interaction)
    return one_time_codes.CHECKS[check] if check else one_time_codes.FACTORS[name]


def _check(interaction):
    return (interaction.answer_to(HALF) or {}).get("check")


def _place(interaction):
    return f"second_factor {interaction.id}"


def _proof(user):
    """Names the password that was shown, and tells nothing of it."""
    key = current_app.extensions["sealing"].derive("second_factor")
    return digests.keyed(key, f"{user.id}\n{user.password_hash}").hex()
