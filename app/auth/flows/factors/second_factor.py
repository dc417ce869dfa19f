"""The second step of signing in: the password was right, now the factor (S30, C7, O-08).

What stands between the two is the journey's: whose password it was, which one, and until when.
There is no session before the factor was shown.
"""

from datetime import timedelta

from flask import current_app

from app.auth.accounts import lookup
from app.auth.audit import events, trail
from app.auth.factors import policy, registry, remembered
from app.auth.flows.factors import entering, showing
from app.auth.interactions import journey
from app.auth.interactions.prompts.second_factor import HALF
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


def is_due(user):
    """Must this person, whose password was right, show a second factor here?"""
    if not registry.enrolled(user.id):
        return False
    spared = policy.lets_browsers_be_remembered(user.id) and remembered.is_remembered(user)
    return not spared


def ask(interaction, user):
    """Keep in the journey that the person's password was shown. Raises Required: without one."""
    if interaction is None:
        raise Required
    until = clock.now() + timedelta(seconds=current_app.config["SECOND_FACTOR_SECONDS"])
    facts = {"user": user.id, "proof": _proof(user), "until": until.timestamp()}
    journey.answer(interaction, HALF, **facts)


def person(interaction):
    """Return whose password was shown in this journey, or None."""
    half = interaction.answer_to(HALF)
    return half and lookup.by_id(half["user"])


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

    Raises Over; Wrong, Limited, totp.Used, ceremonies.Refused as `showing.judge` does.
    """
    amr = showing.judge(awaited(interaction), name, answer)
    user = held(interaction)
    journey.forget(interaction, HALF)
    if remember and policy.lets_browsers_be_remembered(user.id):
        remembered.remember(user.id)
        trail.record(events.BROWSER_REMEMBERED, actor=user.sub, subject=user.sub)
    return entering.enter(user, assurance.joined(assurance.PASSWORD, amr))


def start_over(interaction):
    """Forget whose password was shown: somebody else signs in."""
    journey.forget(interaction, HALF)


def _proof(user):
    """Names the password that was shown, and tells nothing of it."""
    key = current_app.extensions["sealing"].derive("second_factor")
    return digests.keyed(key, f"{user.id}\n{user.password_hash}").hex()
