"""It was not me: what to do about a sign-in that one does not recognise."""

from flask import redirect, request, url_for

from app.auth.flows.account import disown_session
from app.auth.hosted import forms, signed_in
from app.auth.pages import session_words
from app.auth.sessions import browser, devices
from app.foundation import clock

strangers = signed_in.door("account_strangers", act="disown")


@strangers.get("/account/sessions/not-me")
def ask():
    """Say what will be done, and ask."""
    sid = request.args.get("sid", "")
    here = browser.presence()
    found = devices.named(here.user_id, [sid]).get(sid)
    told = found and session_words.told(found, found.id == here.session_id, clock.now())
    return forms.page("not_me", device=told, sid=found and sid, **signed_in.page())


@strangers.post("/account/sessions/not-me")
def disown():
    """End the others, and lead to a new password."""
    disown_session.now(browser.presence().user_id, request.form.get("sid"))
    return redirect(url_for("account.home", done="disowned"), 303)
