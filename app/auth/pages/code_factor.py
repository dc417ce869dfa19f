"""Codes by mail and SMS as a second factor: turn one on, turn it off (B04)."""

from flask import request, url_for

from app.auth.factors import one_time_codes, registry
from app.auth.flows.factors import enrol_factor, remove_factor, showing, tries
from app.auth.hosted import forms, signed_in
from app.auth.pages import proofs, security
from app.auth.sessions import browser
from app.foundation import words

code_factor = signed_in.door("code_factor")

_PATH = "/account/codes/<any(sms, email):channel>"


@code_factor.get(_PATH)
@signed_in.with_proof("change_factors")
def show(channel):
    """Say whether codes go there, and where; ask for the one that turns them on."""
    told = words.t("otp.again") if "sent" in request.args else None
    return forms.page("code_factor", told=told, **_page(channel))


@code_factor.post(f"{_PATH}/send")
@signed_in.with_proof("change_factors")
def send(channel):
    """Send the code that turns them on, or another; or say why not."""
    again = proofs.choice()[1]
    try:
        enrol_factor.send_code(_name(channel), again=again)
    except (enrol_factor.SamePath, *proofs.UNSENT) as problem:
        return _again(channel, problem, proofs.notice(problem))
    told = {"sent": 1} if again else {}
    return signed_in.back("code_factor.show", channel=channel, **told)


@code_factor.post(_PATH)
@signed_in.with_proof("change_factors")
def enable(channel):
    """Ask for codes from now on, once the one that was sent is right."""
    name, answer = _name(channel), request.form.get("otp", "").strip()
    if not answer:
        errors = {"otp": words.t("otp.missing")}
        return _again(channel, forms.Incomplete(), errors=errors)
    try:
        codes = enrol_factor.enable_code(name, answer)
    except (enrol_factor.SamePath, showing.Wrong, tries.Limited) as problem:
        return _again(channel, problem, proofs.notice(problem))
    if codes:
        return security.shown_once(codes, "security.home")
    return signed_in.back("security.home", done=f"{name}_on")


@code_factor.post(f"{_PATH}/off")
@signed_in.with_proof("change_factors")
def disable(channel):
    """Ask for these codes no more."""
    try:
        remove_factor.disable_code(_name(channel))
    except remove_factor.Mandated as problem:
        return _again(channel, problem, proofs.notice(problem))
    return signed_in.back("security.home", done=f"{_name(channel)}_off")


def _again(channel, problem, notice=None, errors=None):
    page = _page(channel)
    return forms.again("code_factor", problem, notice=notice, errors=errors, **page)


def _page(channel):
    name, user_id = _name(channel), browser.presence().user_id
    on = one_time_codes.FACTORS[name].is_enrolled(user_id)
    return {
        "channel": channel,
        "factor": name,
        "on": on,
        "same_path": one_time_codes.is_same_path(user_id, name),
        "last": on and remove_factor.is_last(user_id, registry.FACTORS[name]),
        "sent": proofs.sent(enrol_factor.look_at_code(name)),
        "here": url_for("code_factor.show", channel=channel),
        **signed_in.page(),
    }


def _name(channel):
    return f"{channel}_code"
