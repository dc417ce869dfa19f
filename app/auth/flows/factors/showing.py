"""Show a factor: every try at a code is counted, then judged; a right one is given back.

Codes have a budget of their own, beside that of passwords: it counts by account, browser and
address, in parallel and on every page (O-04, O-05). Nobody can guess a passkey, so none is counted.
"""

from functools import partial

from app.auth.accounts import guesses
from app.auth.accounts.proofs import one_time
from app.auth.audit import events, trail
from app.auth.factors import one_time_codes, passkeys, recovery_codes, registry, totp
from app.auth.flows.factors import sending, tries
from app.auth.notifications import post
from app.foundation import clock
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


class Expired(Wrong):
    """It is the code that was sent, too late. Only who holds it is told so."""

    code = "expired_code"
    key = "otp.expired_plain"
    description = "The code has expired."


def judge(user, name, answer, place):
    """Return what showing the factor ``name`` by ``answer`` adds to the person's methods.

    place: where it is shown: a code that was sent is good there alone. The code is used up by
    this, for good. Asked before the request writes anything.

    Raises Wrong, Expired, Limited, totp.Used; ceremonies.Refused for a passkey.
    """
    factor = next((each for each in registry.showable(user.id) if each.name == name), None)
    if factor is None:
        raise Wrong(detail="no such factor")
    if factor.name == "passkey":
        amr = passkeys.methods(passkeys.shown(user.id, answer))
    else:
        _judge(user, name, _judging(user, factor, answer, place))
        amr = factor.amr
    one_time_codes.shown(user.id, name)
    if name == "recovery_code":
        trail.record(events.RECOVERY_CODE_USED, actor=user.sub, subject=user.sub)
        told = {"at": clock.now(), "left": recovery_codes.left(user.id)}
        post.notice("recovery_code_used", user, **told)
    return amr


def judge_sent(user, kind, answer, place):
    """Let the code of ``kind`` (SentCode) through that was sent for ``place``, factor or not.

    As :func:`judge`. Raises Wrong, Expired, Limited.
    """
    _judge(user, kind.name, partial(sending.judge, user, kind, answer, place))


def judge_sent_to(user, kind, contact, answer, place):
    """As :func:`judge_sent`, where the code went to this ``contact`` and to no other."""
    _judge(user, kind.name, partial(sending.judge_at, user, kind, contact, answer, place))


def _judging(user, factor, answer, place):
    if factor.sent:
        return partial(sending.judge, user, factor.module, answer, place)
    return partial(factor.module.verify, user.id, answer)


def _judge(user, name, judging):
    counted = tries.count(user)
    try:
        right = judging()
    except one_time.Expired as late:
        guesses.give_back(counted)
        raise Expired from late
    except totp.Used:
        _note(user, name)
        raise
    if not right:
        _note(user, name)
        raise WrongRecoveryCode if name == "recovery_code" else Wrong
    guesses.give_back(counted)


def _note(user, name):
    about = {"actor": events.NOBODY, "subject": user.sub, "data": {"factor": name}}
    trail.record_apart(events.SECOND_FACTOR_REFUSED, **about)
