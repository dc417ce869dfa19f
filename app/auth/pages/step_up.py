"""The step-up page: confirm that it is still you before something that matters (A04).

A journey stops here when :mod:`app.auth.interactions.prompts.step_up` says so. The session stays.
"""

from functools import partial

from flask import redirect, url_for

from app.auth.flows.factors import step_up as flow
from app.auth.hosted import forms, shell
from app.auth.interactions import journey
from app.auth.pages import proofs
from app.auth.sessions import browser
from app.foundation import words

step_up = shell.door("step_up")


@step_up.get("/step-up/<uid>")
def show(uid):
    """Ask who is here to show it once more."""
    return forms.page("step_up", **_page(shell.come_in(uid, "step_up")))


@step_up.post("/step-up/<uid>")
def enter(uid):
    """Go on with the journey, or say why not."""
    visit = shell.come_in(uid, "step_up")
    show, context = partial(flow.show, visit.interaction), partial(_page, visit)
    try:
        session, refused = proofs.judge("step_up", visit, show, context, _codes(visit))
    except flow.Ended:
        return redirect(visit.interaction.return_to, 303)
    return refused or shell.go_on(visit, "step_up", sid=session.id)


@step_up.post("/step-up/<uid>/send")
def send(uid):
    """Send the code that was chosen, or another; or say when."""
    visit = shell.come_in(uid, "step_up")
    return proofs.send("step_up", visit, partial(_page, visit), _codes(visit))


@step_up.post("/step-up/<uid>/cancel")
def cancel(uid):
    """Leave it: an app is told what is so, and on pages of our own nothing is done.

    Where policy wants it, there is no going on without: the app's request is turned down.
    """
    visit = shell.come_in(uid, "step_up")
    visit.check_token()
    if visit.interaction.request is None:
        return redirect(url_for("account.home"), 303)
    onwards = shell.go_on(visit, "step_up", cancelled=True)
    stop = journey.stop(visit.interaction)
    if stop and stop[0].name == "step_up":
        journey.refuse(visit.interaction, "step_up")
    return onwards


def _codes(visit):
    look = partial(flow.look, browser.presence().user_id, visit.interaction)
    return proofs.Codes(send=partial(flow.send, visit.interaction), look=look)


def _page(visit):
    here = browser.presence()
    act = visit.interaction.facts.get("act") if visit.interaction.request is None else None
    ways = proofs.asked(here.user_id, flow.ways(here.user_id), _codes(visit))
    typed = [name for name in ways["methods"] if name != "passkey"]
    return {
        "asker": visit.asker,
        "csrf_token": visit.token,
        "who": shell.name_of(here),
        "why": words.t("stepup.why", action=words.t(f"act.{act or 'go_on'}")),
        "here": url_for("step_up.show", uid=visit.uid),
        "other_codes": [name for name in typed if name != ways["code_method"]],
        "takes_password": flow.takes_password(here.user_id),
        "channel": proofs.channel(),
        "ways": ways,
    }
