"""How one signs in: the second factor and what stands in for it (B04, B06, B07)."""

from flask import request, url_for
from markupsafe import Markup

from app.auth.accounts import lookup
from app.auth.factors import one_time_codes, passkeys, recovery_codes, registry, totp
from app.auth.flows.factors import enrol_factor, remove_factor, showing, tries
from app.auth.hosted import forms, signed_in
from app.auth.pages import proofs, push
from app.auth.sessions import browser
from app.foundation import clock, words

security = signed_in.door("security")

DONE = {  # ?done= → message
    "totp_on": "security.done_totp_on",
    "totp_off": "security.done_totp_off",
    "sms_code_on": "security.done_sms_code_on",
    "sms_code_off": "security.done_sms_code_off",
    "email_code_on": "security.done_email_code_on",
    "email_code_off": "security.done_email_code_off",
    "passkey_added": "passkey.created",
    "passkey_removed": "security.done_passkey_removed",
    "codes": "security.done_codes",
    "push_on": "push.done_on",
    "push_off": "push.done_off",
}


@security.get("/account/security")
def home():
    """Say how one signs in, and what protects that."""
    user = lookup.by_id(browser.presence().user_id)
    changed = user.password_changed_at
    return forms.page(
        "security",
        passkeys=len(passkeys.of(user.id)),
        totp=totp.is_enrolled(user.id),
        sent=[(kind, kind.is_enrolled(user.id)) for kind in one_time_codes.FACTORS.values()],
        codes=recovery_codes.left(user.id),
        few=recovery_codes.FEW,
        enrolled=bool(registry.enrolled(user.id)),
        push=push.block(),
        password_changed=changed and words.when(changed, clock.now()),
        told=told(),
        **signed_in.page(),
    )


@security.get("/account/totp")
@signed_in.with_proof("change_factors")
def app():
    """Show a new authenticator app's secret, or the one there is, which is never shown again."""
    return _app()


@security.post("/account/totp")
@signed_in.with_proof("change_factors")
def enable():
    """Ask for codes of this app from now on, once one of them is right."""
    try:
        codes = enrol_factor.enable_totp(request.form.get("otp", ""))
    except showing.Wrong as problem:
        return _app(problem)
    return (
        shown_once(codes, "security.home")
        if codes
        else signed_in.back("security.home", done="totp_on")
    )


@security.post("/account/totp/off")
@signed_in.with_proof("change_factors")
def disable():
    """Ask for codes of the app no more; the code of now says that it is the person (S75)."""
    try:
        remove_factor.disable_totp(request.form.get("otp", ""))
    except (showing.Wrong, tries.Limited, totp.Used, remove_factor.Mandated) as problem:
        return _app(problem)
    return signed_in.back("security.home", done="totp_off")


@security.get("/account/recovery-codes")
def codes():
    """Say how many codes are left."""
    user_id = browser.presence().user_id
    left, enrolled = recovery_codes.left(user_id), bool(registry.enrolled(user_id))
    return forms.page("recovery_codes", left=left, enrolled=enrolled, **signed_in.page())


@security.post("/account/recovery-codes")
@signed_in.with_proof("change_factors")
def draw():
    """Show ten new codes, this once."""
    return shown_once(enrol_factor.draw_recovery_codes(), "security.home")


def shown_once(codes, endpoint=None, onwards=None):
    """Return the page with recovery codes that nobody can show again."""
    onwards = onwards or url_for(endpoint, done="codes")
    sealed = recovery_codes.wrapped(codes, browser.presence().session_id)
    context = {"codes": codes, "sealed": sealed, "onwards": onwards}
    return forms.page("recovery_codes_once", **context, **signed_in.page())


def told():
    """Return the sentence about what was just done, or None."""
    key = DONE.get(request.args.get("done"))
    return key and words.t(key)


def told_of(setup):
    """Return what a page shows of a new secret: its picture, its address, groups of its letters."""
    drawn = Markup(setup.picture)  # noqa: S704 (squares alone; nobody's text is in it)
    groups = [setup.secret[at : at + 4] for at in range(0, len(setup.secret), 4)]
    return {"picture": drawn, "address": setup.address, "groups": groups}


def _app(problem=None):
    """The app's page, with what was wrong, if anything."""
    status = problem.status if problem else 200
    context = (
        {"notice": proofs.notice(problem), "state": forms.state_of(problem)} if problem else {}
    )
    user_id = browser.presence().user_id
    if totp.is_enrolled(user_id):
        last = remove_factor.is_last(user_id, registry.FACTORS["totp"])
        return forms.page("totp_on", status, last=last, **context, **signed_in.page())
    setup = told_of(enrol_factor.totp_setup())
    return forms.page("totp", status, setup=setup, **context, **signed_in.page())
