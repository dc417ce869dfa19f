"""The invitation to a passkey (UX A08): made in one step after signing in, or "not now".

A journey stops here when :mod:`app.auth.interactions.prompts.invitation` says so. A browser
without scripts never does: it is the login form's script that says that passkeys can be made.
"""

from flask import request, url_for

from app.auth.factors import invitations, passkey_creation
from app.auth.factors.webauthn import ceremonies
from app.auth.flows.factors import enrol_factor, step_up
from app.auth.hosted import forms, shell
from app.auth.interactions import journey
from app.auth.interactions.prompts import invitation as prompt
from app.auth.pages import security, session_words
from app.foundation import csrf

invitation = shell.door("invitation")

ABLE = "passkeys_able"  # the field by which a form says so


@invitation.get("/passkeys/convite/<uid>")
def show(uid):
    """Offer to make one on this device."""
    visit = shell.come_in(uid, "invitation")
    return forms.page("invitation", **_page(visit))


@invitation.post("/passkeys/convite/<uid>")
def accept(uid):
    """Keep what the device made and go on, recovery codes first; or say why not."""
    visit = shell.come_in(uid, "invitation")
    try:
        visit.check_token()
        credential = request.form.get("credential", "")
        codes = enrol_factor.add_passkey(credential, "", session_words.this_device())
    except step_up.NotFresh:
        return shell.go_on(visit, "invitation", accepted=False)
    except (
        csrf.Stale,
        ceremonies.Refused,
        passkey_creation.Already,
        passkey_creation.TooMany,
    ) as problem:
        return forms.again("invitation", problem, notice=forms.told(problem), **_page(visit))
    onwards = shell.go_on(visit, "invitation", accepted=True)
    return security.shown_once(codes, onwards=visit.interaction.return_to) if codes else onwards


@invitation.post("/passkeys/convite/<uid>/later")
def later(uid):
    """Go on without one, and do not ask again for a while."""
    visit = shell.come_in(uid, "invitation")
    visit.check_token()
    enrol_factor.decline_passkey()
    return shell.go_on(visit, "invitation", accepted=False)


def note(visit):
    """Keep that the form which was sent says that its browser can make a passkey, if it does."""
    if request.form.get(ABLE) == "1":
        journey.answer(visit.interaction, prompt.ABLE, told=True)


def _page(visit):
    return {
        "asker": visit.asker,
        "csrf_token": visit.token,
        "here": url_for("invitation.show", uid=visit.uid),
        "days": invitations.rest().days,
        "request": enrol_factor.passkey_request(),
    }
