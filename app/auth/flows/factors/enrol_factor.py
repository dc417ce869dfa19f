"""Add a factor: with a proof of now, and the person is told (W-07, S73, S74).

The first one brings recovery codes, shown once. Whoever adds a factor has shown it by that, so the
session here counts as one of two factors from then on.
"""

from app.auth.accounts import lookup
from app.auth.audit import events, trail
from app.auth.factors import (
    invitations,
    one_time_codes,
    passkey_creation,
    passkeys,
    recovery_codes,
    registry,
    remembered,
    totp,
)
from app.auth.flows.factors import sending, showing, step_up
from app.auth.notifications import post
from app.auth.sessions import assurance, browser
from app.foundation import clock
from app.foundation.problems import Problem


class SamePath(Problem):
    """The password in use came by a code to this very contact: another there shows nothing new."""

    code = "factor_same_path"
    status = 409
    key = "factor.same_path"
    description = "The password came by the same contact."


def totp_setup():
    """Return what the person's app is told (:class:`totp.Setup`). Raises NotFresh, AlreadyOn."""
    return totp.begin(_person())


def enable_totp(answer):
    """Ask for codes of the person's app from now on, if ``answer`` is one of it.

    Returns recovery codes, to be shown this once, or None when the person has some.

    Raises NotFresh, showing.Wrong.
    """
    user = lookup.held(_person().id)
    if not totp.enable(user.id, answer):
        raise showing.Wrong
    post.notice("factor_on", user, factor="totp", at=clock.now())
    return _added(user, "totp", registry.FACTORS["totp"].amr)


def look_at_code(name):
    """Return what became of the code by which ``name`` is turned on. Raises NotFresh."""
    here = step_up.require_fresh()
    return sending.look(here.user_id, one_time_codes.FACTORS[name], _place(here))


def send_code(name, *, again=False):
    """Send the code by which ``name`` (``email_code``, ``sms_code``) is turned on.

    Asked before the request writes anything. Raises NotFresh, SamePath, sends.TooSoon,
    sending.Unreachable.
    """
    user = _person()
    if one_time_codes.is_same_path(user.id, name):
        raise SamePath
    kind, place = one_time_codes.FACTORS[name], _place(browser.presence())
    sending.ensure(user, kind, place, sending.STEP_UP, again=again)


def enable_code(name, answer):
    """Ask for codes of ``name`` from now on, if ``answer`` is the one that was sent.

    Returns as :func:`enable_totp` does. Asked before the request writes anything.

    Raises NotFresh, SamePath; as `showing.judge_sent` does.
    """
    user = _person()
    if one_time_codes.is_same_path(user.id, name):
        raise SamePath
    kind = one_time_codes.FACTORS[name]
    showing.judge_sent(user, kind, answer, _place(browser.presence()))
    user = lookup.held(user.id)
    if not one_time_codes.enable(user.id, name):
        return None
    post.notice("factor_on", user, factor=name, at=clock.now())
    return _added(user, name, registry.FACTORS[name].amr)


def passkey_request():
    """Return what a browser needs to make a passkey (JSON). Raises NotFresh."""
    return passkey_creation.request(_person())


def add_passkey(answer, name, device):
    """Keep the passkey that the browser made; returns as :func:`enable_totp` does.

    name: what the person calls it; device: what to call it when they do not say and its maker is
    not known. Asked before the request writes anything.

    Raises NotFresh; Refused, Already, TooMany.
    """
    user = _person()
    passkey = passkey_creation.create(user.id, answer, name=name, device=device)
    user = lookup.held(user.id)
    post.notice("passkey_added", user, name=passkey.name, at=clock.now())
    return _added(user, "passkey", passkeys.methods(passkey))


def decline_passkey():
    """Who is here says "not now" to a passkey, and is left in peace for a while."""
    here = browser.presence()
    invitations.decline(here.user_id)
    trail.record(events.PASSKEY_DECLINED, actor=here.sub, subject=here.sub)


def draw_recovery_codes():
    """Return ten new recovery codes, to be shown this once; those before end.

    Raises NotFresh; showing.Wrong: for who has no factor they could stand in for.
    """
    user = lookup.held(_person().id)
    if not registry.enrolled(user.id):
        raise showing.Wrong(detail="recovery codes without a factor")
    return _draw(user)


def _place(here):
    return f"turn_on {here.session_id}"


def _person():
    return lookup.by_id(step_up.require_fresh().user_id)


def _added(user, factor, amr):
    about = {"actor": user.sub, "subject": user.sub}
    trail.record(events.FACTOR_ADDED, **about, data={"factor": factor})
    remembered.forget(user.id)
    here = browser.presence()
    browser.renew(here.session_id, assurance.joined(here.amr, amr))
    return None if recovery_codes.is_enrolled(user.id) else _draw(user)


def _draw(user):
    trail.record(events.RECOVERY_CODES_DRAWN, actor=user.sub, subject=user.sub)
    return recovery_codes.draw(user.id)
