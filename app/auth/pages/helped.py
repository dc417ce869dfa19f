"""Support wants to see one's account: allow it, refuse it, end it any time."""

from flask import redirect, request, url_for

from app.auth.accounts import lookup
from app.auth.flows.people import acting as flow
from app.auth.hosted import forms, signed_in
from app.auth.sessions import browser
from app.auth.support import acting
from app.auth.tokens import ending
from app.foundation import clock, words

helped = signed_in.door("helped")

TOLD = {"allowed", "refused", "ended"}  # ?done= → message ``helped.done_…``


@helped.get("/account/support")
def show():
    """Say who asks, why and for how long; or who sees the account until when."""
    done = request.args.get("done")
    return _page(told=words.t(f"helped.done_{done}") if done in TOLD else None)


@helped.post("/account/support/allow")
@signed_in.with_proof("let_support")
def allow():
    """Allow it, for as long as was asked."""
    return _done("allowed", lambda: flow.allow(request.form.get("leave", "")))


@helped.post("/account/support/refuse")
def refuse():
    """Refuse it."""
    here = browser.presence()
    return _done("refused", lambda: flow.refuse(here.user_id, request.form.get("leave", "")))


@helped.post("/account/support/end")
def end():
    """End it: what was given by it is no longer good."""
    here = browser.presence()
    return _done("ended", lambda: ending.leave(lookup.held(here.user_id), by=here.sub))


def _done(name, verb):
    try:
        verb()
    except acting.Over as problem:
        return _page(problem)
    return redirect(url_for("helped.show", done=name), 303)


def _page(problem=None, told=None):
    leave, now = acting.live(browser.presence().user_id), clock.now()
    context = {
        "leave": leave,
        "helper": leave and lookup.names([leave.staff_sub]).get(leave.staff_sub),
        "is_open": leave is not None and leave.is_open(now),
        "until": leave and words.time(leave.until),
        "asked": leave and words.when(leave.asked_at, now),
        "told": told,
        **signed_in.page(),
    }
    if problem is None:
        return forms.page("helped", **context)
    return forms.again("helped", problem, notice=forms.told(problem), **context)
