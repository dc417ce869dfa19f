"""One's own devices: another name for one, and "yes, it was me" (B09)."""

from flask import redirect, request, url_for

from app.auth.flows.account import own_devices as flow
from app.auth.hosted import forms, signed_in
from app.auth.pages import session_words
from app.auth.sessions import browser, devices
from app.foundation import clock

own_devices = signed_in.door("own_devices")


@own_devices.get("/account/sessions/name")
def ask():
    """Ask what to call the device of this session."""
    sid, here = request.args.get("sid", ""), browser.presence()
    name = flow.called(sid)
    found = devices.named(here.user_id, [sid])[sid]
    told = session_words.told(found, sid == here.session_id, clock.now())
    context = {"device": told, "called": name or "", "most": devices.LONGEST_NAME}
    return forms.page("device_name", **context, **signed_in.page())


@own_devices.post("/account/sessions/name")
def call():
    """Call it so from now on."""
    flow.call(request.form.get("sid", ""), request.form.get("name", ""))
    return redirect(url_for("account.sessions", done="named"), 303)


@own_devices.post("/account/sessions/me")
def own():
    """It was me: the notice ends."""
    flow.own(request.form.get("sid", ""))
    return redirect(url_for("account.sessions", done="owned"), 303)
