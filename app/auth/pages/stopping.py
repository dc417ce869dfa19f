"""The page behind the link by which a recovery is stopped: one button (V-07).

It needs no session: whoever got the message may stop it. Looking at it changes nothing.
"""

from flask import redirect, request, url_for

from app.auth.flows.factors import lost_factors
from app.auth.hosted import forms, shell
from app.auth.pages import contact_words, lost_words
from app.auth.recoveries import notices
from app.auth.sessions import browser
from app.foundation import clock, csrf

stopping = shell.door("stopping")

PURPOSE = "stop recovery"  # what the form is good for


@stopping.get(notices.PATH)
def ask():
    """Say what is under way, and offer to stop it."""
    token = request.args.get("token", "")
    recovery = notices.find(token)
    if recovery is None:
        return forms.page("recovery_over", 410)
    return forms.page("recovery_stop", **_page(recovery, token))


@stopping.post(notices.PATH)
def stop():
    """Stop it."""
    token = request.form.get("token", "")
    recovery = notices.find(token)
    if recovery is None:
        return forms.page("recovery_over", 410)
    try:
        csrf.check(browser.id(), PURPOSE)
    except csrf.Stale as problem:
        notice = contact_words.told(problem)
        return forms.again("recovery_stop", problem, notice=notice, **_page(recovery, token))
    if not lost_factors.stop_by_link(token):
        return forms.page("recovery_over", 410)
    return redirect(url_for("stopping.stopped"), 303)


@stopping.get("/recovery/stopped")
def stopped():
    """Say that it was stopped, and what else to do."""
    return forms.page("recovery_stopped")


def _page(recovery, token):
    is_open = recovery.is_open(clock.now())
    return {
        "is_open": is_open,
        "csrf_token": csrf.token(browser.id(), PURPOSE),
        "token_shown": token,
        "begun": lost_words.moment(recovery.begun_at),
        "until": lost_words.moment(recovery.closes_at if is_open else recovery.opens_at),
    }
