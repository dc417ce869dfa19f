"""Remove a factor: with a proof of now, never below what policy wants; the person is told (S75)."""

from app.auth.accounts import lookup
from app.auth.audit import events, trail
from app.auth.factors import (
    one_time_codes,
    passkeys,
    policy,
    recovery_codes,
    registry,
    remembered,
    totp,
)
from app.auth.flows.factors import showing, step_up
from app.auth.notifications import post
from app.foundation import clock
from app.foundation.problems import Problem


class Mandated(Problem):
    """Policy wants two factors of this person, and this is the last but the password."""

    code = "second_factor_mandated"
    status = 409
    key = "factor.mandated"
    description = "A second factor is required of this account."


def disable_totp(answer):
    """Ask for codes of the person's app no more; ``answer`` is the code of now.

    Asked before the request writes anything. Raises NotFresh, Mandated; as `showing.judge` does.
    """
    user = lookup.by_id(step_up.require_fresh().user_id)
    showing.judge(user, "totp", answer, "turn_off")
    user = lookup.held(user.id)
    _allow(user.id, registry.FACTORS["totp"])
    totp.remove(user.id)
    post.notice("factor_off", user, factor="totp", at=clock.now())
    _removed(user, "totp")


def passkey(passkey_id):
    """Remove the person's passkey; return its name. Raises NotFresh, Mandated, NotFound."""
    user = lookup.held(step_up.require_fresh().user_id)
    mine = passkeys.of(user.id)
    if [each.id for each in mine] == [passkey_id]:
        _allow(user.id, registry.FACTORS["passkey"])
    name = passkeys.remove(user.id, passkey_id)
    post.notice("passkey_removed", user, name=name, at=clock.now())
    _removed(user, "passkey")
    return name


def disable_code(name):
    """Ask for codes of ``name`` (``email_code``, ``sms_code``) no more. Raises NotFresh, Mandated.

    Returns whether they were asked for.
    """
    user = lookup.held(step_up.require_fresh().user_id)
    _allow(user.id, registry.FACTORS[name])
    if not one_time_codes.remove(user.id, name):
        return False
    post.notice("factor_off", user, factor=name, at=clock.now())
    _removed(user, name)
    return True


def is_last(user_id, factor):
    """Is ``factor`` (Factor) the only one that the person has beside the password?"""
    return [each for each in registry.enrolled(user_id) if each.lasts] == [factor]


def _allow(user_id, factor):
    """The person's row is held, so of two removals at once the second sees what the first left."""
    if is_last(user_id, factor) and policy.mandates(policy.of(user_id)):
        raise Mandated


def _removed(user, factor):
    about = {"actor": user.sub, "subject": user.sub}
    trail.record(events.FACTOR_REMOVED, **about, data={"factor": factor})
    remembered.forget(user.id)
    if not registry.enrolled(user.id):
        recovery_codes.forget_all(user.id)
