"""One's own account: where it is open, and how to end that."""

from flask import current_app, redirect, request, url_for

from app.auth.accounts import lookup
from app.auth.flows import farewell, sign_out
from app.auth.flows.factors import lost_factors
from app.auth.hosted import forms, signed_in
from app.auth.pages import check_up, lost_words, open_sessions
from app.auth.sessions import browser
from app.auth.support import acting
from app.foundation import words

account = signed_in.door("account")

DONE = {  # ?done= → message
    "password": "password.changed",
    "disowned": "account.disowned",
    "recovery_stopped": "lost.stopped",
    "membership": "membership.done",
}
TOLD = {  # ?ended= or ?done= → message
    "one": "session.revoked",
    "others": "sessions.others_ended",
    "named": "sessions.name_saved",
    "owned": "sessions.owned",
}


@account.get("/account")
def home():
    """Say how the account stands: where it is open."""
    found = open_sessions.look(browser.presence())
    told = DONE.get(request.args.get("done"))
    alert = lost_words.alert(browser.presence().user_id)
    return forms.page(
        "account",
        device=found.rows[0],
        others=found.total - 1,
        findings=check_up.of(lookup.by_id(browser.presence().user_id), found.strange),
        alert=alert,
        state="alert" if alert else None,
        told=told and words.t(told),
        helped=acting.live(browser.presence().user_id) is not None,
        **signed_in.page(),
    )


@account.get("/account/sessions")
def sessions():
    """Show every open session, this one first."""
    told = TOLD.get(request.args.get("ended") or request.args.get("done"))
    seconds = max(1, current_app.config["CACHE_SECONDS"])
    sentence = told and words.t(told, n=seconds)
    order = request.args.get("order", "")[:20]
    page = request.args.get("page", 1, type=int)
    return forms.page(
        "sessions",
        asked={"order": order} if order else {},
        found=open_sessions.look(browser.presence(), order, page),
        orders=tuple(open_sessions.ORDERS),
        told=sentence,
        **signed_in.page(),
    )


@account.post("/account/sessions/end")
def end_session():
    """End one session of one's own, with everything granted under it (`decisions.md` §15)."""
    sign_out.one(browser.presence().user_id, request.form.get("sid", ""))
    return redirect(url_for("account.sessions", ended="one"), 303)


@account.get("/account/sessions/others")
def others():
    """Ask before ending every other session."""
    found = open_sessions.look(browser.presence())
    if found.total == 1:
        return redirect(url_for("account.sessions"), 303)
    rows = found.rows[1:]
    return forms.page("sessions_others", devices=rows, n=found.total - 1, **signed_in.page())


@account.post("/account/sessions/others")
def end_others():
    """End every session of one's own but this."""
    sign_out.others(browser.presence().user_id)
    return redirect(url_for("account.sessions", ended="others"), 303)


@account.post("/account/recovery/stop")
def stop_recovery():
    """Stop what somebody began to come in without a factor."""
    lost_factors.stop(browser.presence().user_id, "stopped_here")
    return redirect(url_for("account.home", done="recovery_stopped"), 303)


@account.post("/account/sign-out")
def sign_out_here():
    """Leave this browser's session."""
    return redirect(farewell.onwards(sign_out.here("signed_out")), 303)
