"""Show a factor: every try at a code is counted, then judged; a right one is given back.

Codes have a budget of their own, beside that of passwords: it counts by account, browser and
address, in parallel and on every page (O-04, O-05). Nobody can guess a passkey, so none is counted.
"""

from app.auth.accounts import counts, guesses
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.factors import passkeys, recovery_codes, registry, totp
from app.auth.notifications import post
from app.auth.sessions import browser
from app.foundation import clock, database
from app.foundation.problems import Problem


class Wrong(Problem):
    """The code is not the person's, or no longer good."""

    code = "wrong_code"
    status = 422
    key = "otp.wrong"
    description = "The code is wrong."


class WrongRecoveryCode(Wrong):
    """The recovery code is not the person's, or was used."""

    key = "recovery.wrong"


class Limited(counts.Paused):
    """Too many wrong codes: none is judged until ``until``, not even a right one."""

    key = "otp.limited"


def judge(user, name, answer):
    """Return what showing the factor ``name`` by ``answer`` adds to the person's methods.

    The code is used up by this, for good. Asked before the request writes anything.

    Raises Wrong, Limited, totp.Used; ceremonies.Refused for a passkey.
    """
    factor = next((each for each in registry.enrolled(user.id) if each.name == name), None)
    if factor is None:
        raise Wrong(detail="no such factor")
    if factor.name == "passkey":
        return passkeys.methods(passkeys.shown(user.id, answer))
    database.let_go(db)
    counted = _count(user)
    try:
        right = factor.module.verify(user.id, answer)
    except totp.Used:
        _note(user, name)
        raise
    if not right:
        _note(user, name)
        raise WrongRecoveryCode if name == "recovery_code" else Wrong
    guesses.give_back(counted)
    if name == "recovery_code":
        trail.record(events.RECOVERY_CODE_USED, actor=user.sub, subject=user.sub)
        told = {"at": clock.now(), "left": recovery_codes.left(user.id)}
        post.notice("recovery_code_used", user, **told)
    return factor.amr


def _count(user):
    at = browser.address()
    try:
        return guesses.count("second_factor", at, browser=browser.id(), user_id=user.id)
    except guesses.Paused as pause:
        about = {"actor": events.NOBODY, "subject": user.sub}
        trail.record_apart(events.SECOND_FACTOR_LOCKED, **about)
        raise Limited(pause.until) from None


def _note(user, name):
    about = {"actor": events.NOBODY, "subject": user.sub, "data": {"factor": name}}
    trail.record_apart(events.SECOND_FACTOR_REFUSED, **about)
