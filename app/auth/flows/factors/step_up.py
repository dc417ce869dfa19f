"""Step up: show more, or afresh, within the session that is here (A04, RFC 9470, W-07).

The session keeps its id and what was granted under it; its secret, its methods and its moment are
new. No other session ever begins here.
"""

from flask import current_app

from app.auth.accounts import lockout, lookup, passwords
from app.auth.audit import events, trail
from app.auth.factors import one_time_codes, registry
from app.auth.flows.factors import sending, showing
from app.auth.interactions.prompts import step_up
from app.auth.recoveries import waiting
from app.auth.sessions import assurance, browser
from app.foundation import clock
from app.foundation.problems import Problem, Unavailable


class NotFresh(Problem):
    """The deed needs a proof of now."""

    code = "step_up_required"
    status = 403
    description = "Confirm that it is you first."


class WrongPassword(Problem):
    """It is not the password of who is here."""

    code = "wrong_password"
    status = 422
    key = "password.current_wrong"
    description = "The password is wrong."


class Ended(Problem):
    """The session ended meanwhile, or the account was locked."""

    code = "session_ended"
    status = 409
    key = "login.session_ended"
    description = "The session has ended."


def require_fresh():
    """Return who is here, shown lately and as surely as they can. Raises NotFresh."""
    here = browser.presence()
    if here is None or not step_up.is_fresh(here, clock.now()):
        raise NotFresh
    return here


def takes_password(user_id):
    """Is the password enough to show it is still this person? For who has nothing else."""
    return not registry.enrolled(user_id)


def ways(user_id):
    """Return the names of the factors that the person can show now, the best first."""
    return [factor.name for factor in registry.showable(user_id)]


def look(user_id, interaction, name):
    """Return what became of the code of ``name`` in this journey (:class:`sending.Sent`)."""
    return sending.look(user_id, one_time_codes.FACTORS[name], _place(interaction))


def send(interaction, name, *, again=False):
    """Send the code of ``name``, one of :func:`ways`, as `sending.ensure` does."""
    user = lookup.by_id(browser.presence().user_id)
    if name in ways(user.id) and name in one_time_codes.FACTORS:
        kind = one_time_codes.FACTORS[name]
        sending.ensure(user, kind, _place(interaction), sending.STEP_UP, again=again)


def show(interaction, name, answer):
    """Authenticate the session here afresh by the factor ``name`` (or ``password``); return it.

    interaction: the journey; a code that was sent is good in it alone. Asked before the request
    writes anything.

    Raises Ended, WrongPassword, lockout.Paused; what `showing.judge` raises.
    """
    here = browser.presence()
    user = lookup.by_id(here.user_id)
    if name == "password":
        amr = _by_password(user, answer)
    else:
        amr = assurance.joined(here.amr, showing.judge(user, name, answer, _place(interaction)))
        waiting.stop(user, "factor_shown")
    session = browser.renew(here.session_id, amr)
    if session is None:
        raise Ended
    return session


def _place(interaction):
    return f"step_up {interaction.id}"


def own_password(user, clear):
    """Let the password of who is here through: counted, judged, as at the door.

    Asked before the request writes anything. Raises WrongPassword, lockout.Paused, Unavailable.
    """
    with current_app.extensions["sign_ins"].take(queue=0):
        tried = lockout.count(user, user.email, browser.address(), device=browser.own_id())
        try:
            right = passwords.check(user, clear)
        except Unavailable:
            lockout.give_back(tried)
            raise
        if not right:
            failed = {"actor": events.NOBODY, "subject": user.sub, "data": {"reason": "password"}}
            trail.record_apart(events.SIGN_IN_FAILED, **failed)
            raise WrongPassword
        lockout.clear(tried)


def _by_password(user, clear):
    if not takes_password(user.id):
        raise showing.Wrong(detail="a password where a factor is asked")
    own_password(user, clear)
    return assurance.PASSWORD
