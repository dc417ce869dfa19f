"""The step-up page: confirm that it is still you before something that matters (A04).

A journey stops here when :mod:`app.auth.interactions.prompts.step_up` says so. The session stays.
"""

from functools import partial

from flask import redirect, request, url_for

from app.auth.accounts import lockout
from app.auth.factors import ceremonies, totp
from app.auth.flows.factors import showing, tries
from app.auth.flows.factors import step_up as flow
from app.auth.hosted import forms, shell
from app.auth.pages import proofs
from app.auth.sessions import browser
from app.foundation import csrf, words

step_up = shell.door("step_up")

REFUSALS = (
    *(csrf.Stale, showing.Wrong, tries.Limited, totp.Used, ceremonies.Refused),
    *(flow.WrongPassword, lockout.Paused),
)


@step_up.get("/step-up/<uid>")
def show(uid):
    """Ask who is here to show it once more."""
    return forms.page("step_up", **_page(shell.come_in(uid, "step_up")))


@step_up.post("/step-up/<uid>")
def enter(uid):
    """Go on with the journey, or say why not."""
    visit = shell.come_in(uid, "step_up")
    try:
        visit.check_token()
        session = flow.show(visit.interaction, *_answer())
    except showing.Expired as problem:
        return _again(visit, problem, proofs.renewed(problem, *_codes(visit)))
    except REFUSALS as problem:
        return _again(visit, problem, proofs.notice(problem))
    except proofs.Missing as problem:
        return _again(visit, problem, errors=problem.errors)
    except flow.Ended:
        return redirect(visit.interaction.return_to, 303)
    return shell.go_on(visit, "step_up", sid=session.id)


@step_up.post("/step-up/<uid>/send")
def send(uid):
    """Send the code that was chosen, or another; or say when."""
    visit = shell.come_in(uid, "step_up")
    name, again = proofs.choice()
    try:
        visit.check_token()
        flow.send(visit.interaction, name, again=again)
    except proofs.UNSENT as problem:
        return _again(visit, problem, proofs.notice(problem))
    told = {"sent": 1} if again else {}
    return redirect(url_for("step_up.show", uid=uid, method=name, **told), 303)


@step_up.post("/step-up/<uid>/cancel")
def cancel(uid):
    """Leave it: an app is told what is so, and on pages of our own nothing is done."""
    visit = shell.come_in(uid, "step_up")
    visit.check_token()
    if visit.interaction.request is None:
        return redirect(url_for("account.home"), 303)
    return shell.go_on(visit, "step_up", cancelled=True)


def _answer():
    if request.form.get("method") == "password":
        clear = request.form.get("password", "")
        if not clear:
            raise proofs.Missing("password")
        return "password", clear
    return proofs.read()


def _again(visit, problem, notice=None, errors=None):
    return forms.again("step_up", problem, notice=notice, errors=errors, **_page(visit))


def _codes(visit):
    """How to send a code of this journey, and how to look at it."""
    look = partial(flow.look, browser.presence().user_id, visit.interaction)
    return partial(flow.send, visit.interaction), look


def _page(visit):
    here = browser.presence()
    act = visit.interaction.facts.get("act") if visit.interaction.request is None else None
    address = url_for("step_up.show", uid=visit.uid)
    context = proofs.asked(here.user_id, flow.ways(here.user_id), _codes(visit)[1])
    codes = [name for name in context["methods"] if name != "passkey"]
    return {
        "asker": visit.asker,
        "csrf_token": visit.token,
        "who": shell.name_of(here),
        "why": words.t("stepup.why", action=words.t(f"act.{act or 'go_on'}")),
        "here": address,
        "other_codes": [name for name in codes if name != context["code_method"]],
        "takes_password": flow.takes_password(here.user_id),
        "channel": proofs.channel(),
        **context,
    }
