"""The enrolment page: set up the second factor that is needed to go on (C33, UX stepup.none).

A journey stops here when :mod:`app.auth.interactions.prompts.enrolment` says so.
"""

from flask import redirect, request, url_for

from app.auth.factors import passkey_creation, totp
from app.auth.factors.webauthn import ceremonies
from app.auth.flows.factors import enrol_factor, showing
from app.auth.hosted import forms, shell, signed_in
from app.auth.interactions import journey
from app.auth.interactions.prompts import enrolment as prompt
from app.auth.pages import proofs, security, session_words
from app.auth.sessions import browser
from app.foundation import csrf

enrolment = shell.door("enrolment")


@enrolment.get("/enrolment/<uid>")
@signed_in.with_proof("change_factors")
def show(uid):
    """Offer an authenticator app and a passkey."""
    return forms.page("enrolment", **_page(shell.come_in(uid, "enrolment")))


@enrolment.post("/enrolment/<uid>")
@signed_in.with_proof("change_factors")
def enrol(uid):
    """Keep the factor that was shown and go on, recovery codes first; or say what was wrong."""
    visit = shell.come_in(uid, "enrolment")
    refusals = (csrf.Stale, showing.Wrong, ceremonies.Refused)
    try:
        visit.check_token()
        codes = _enrolled()
    except (*refusals, passkey_creation.Already, passkey_creation.TooMany) as problem:
        notice = proofs.notice(problem)
        return forms.again("enrolment", problem, notice=notice, **_page(visit))
    onwards = shell.go_on(visit, "enrolment", done=True)
    return security.shown_once(codes, onwards=visit.interaction.return_to) if codes else onwards


@enrolment.post("/enrolment/<uid>/later")
def later(uid):
    """Go on without one, where policy lets."""
    visit = shell.come_in(uid, "enrolment")
    visit.check_token()
    if _must(visit):
        return redirect(url_for("enrolment.show", uid=uid), 303)
    return shell.go_on(visit, "enrolment", done=False)


def _enrolled():
    if "credential" in request.form:
        return enrol_factor.add_passkey(request.form["credential"], "", session_words.this_device())
    return enrol_factor.enable_totp(request.form.get("otp", ""))


def _must(visit):
    """May it not be put off, here or at the app that asks?"""
    return prompt.must(browser.presence(), journey.institution(visit.interaction))


def _page(visit):
    here = browser.presence()
    setup = None if totp.is_enrolled(here.user_id) else enrol_factor.totp_setup()
    return {
        "asker": visit.asker,
        "csrf_token": visit.token,
        "here": url_for("enrolment.show", uid=visit.uid),
        "must": _must(visit),
        "request": enrol_factor.passkey_request(),
        "setup": setup and security.told_of(setup),
    }
