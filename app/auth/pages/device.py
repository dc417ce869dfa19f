"""The device page: the code that a television or a till shows; and what came of it (RFC 8628 §3.3).

The journey it begins goes by the ordinary pages; :mod:`app.auth.flows.link_device` says how.
"""

from flask import redirect, request

from app.auth.accounts import guesses
from app.auth.flows import link_device
from app.auth.hosted import forms, shell
from app.auth.sessions import browser
from app.foundation import csrf, legible, words

device = shell.door("device")

PURPOSE = "device"


@device.get("/device")
def show():
    """Ask for the code; one that came in the address is filled in, and still to be confirmed."""
    code = legible.read(request.args.get("user_code", ""))
    return forms.page("device", **_page(legible.shown(code) if code else ""), filled=bool(code))


@device.post("/device")
def enter():
    """Begin the journey of the device that shows this code, or say that none does."""
    form = forms.read(user_code="device.missing")
    context = _page(form.values["user_code"])
    try:
        csrf.check(browser.id(), PURPOSE)
        if form.wrong:
            return forms.again("device", forms.Incomplete(), errors=form.wrong, **context)
        interaction = link_device.begin(form.values["user_code"])
    except (csrf.Stale, link_device.WrongCode, guesses.Paused) as problem:
        return forms.again("device", problem, notice=_notice(problem), **context)
    return redirect(interaction.return_to, 303)


@device.get("/device/<uid>")
def tell(uid):
    """Say what came of it: the device has its way, or not, or had stopped waiting."""
    visit = shell.look_back(uid, "device")
    if visit.interaction.answer_to("refused"):
        return forms.page("device_done", asker=visit.asker, state="denied")
    if visit.interaction.answer_to("device") == {"reached": True}:
        return forms.page("device_done", asker=visit.asker, state="approved")
    return forms.page("device_done", 410, asker=visit.asker, state="late")


def _page(user_code):
    return {"csrf_token": csrf.token(browser.id(), PURPOSE), "user_code": user_code}


def _notice(problem):
    if isinstance(problem, guesses.Paused):
        return forms.told(problem, time=words.time(problem.until))
    return forms.told(problem)
