"""One's own account: where it is open, and how to end that."""

from flask import current_app, redirect, request, url_for

from app.auth.accounts import lookup
from app.auth.flows import farewell, sign_out
from app.auth.hosted import asker, forms, signed_in
from app.auth.pages import check_up, session_words
from app.auth.sessions import browser, devices
from app.auth.tokens import holdings
from app.foundation import clock, words

account = signed_in.door("account")

DONE = {"password": "password.changed", "disowned": "account.disowned"}  # ?done= → message
TOLD = {"one": "session.revoked", "others": "sessions.others_ended"}  # ?ended= → message


@account.get("/account")
def home():
    """Say how the account stands: where it is open."""
    mine, *rest = _devices()
    told = DONE.get(request.args.get("done"))
    return forms.page(
        "account",
        device=mine,
        others=len(rest),
        findings=check_up.of(lookup.by_id(browser.presence().user_id), [mine, *rest]),
        told=told and words.t(told),
        **signed_in.page(),
    )


@account.get("/account/sessions")
def sessions():
    """Show every open session, this one first."""
    told = TOLD.get(request.args.get("ended"))
    seconds = max(1, current_app.config["CACHE_SECONDS"])
    sentence = told and words.t(told, n=seconds)
    return forms.page("sessions", devices=_devices(), told=sentence, **signed_in.page())


@account.post("/account/sessions/end")
def end_session():
    """End one session of one's own, with everything granted under it (`decisions.md` §15)."""
    sign_out.one(browser.presence().user_id, request.form.get("sid", ""))
    return redirect(url_for("account.sessions", ended="one"), 303)


@account.get("/account/sessions/others")
def others():
    """Ask before ending every other session."""
    found = _devices()[1:]
    if not found:
        return redirect(url_for("account.sessions"), 303)
    return forms.page("sessions_others", devices=found, **signed_in.page())


@account.post("/account/sessions/others")
def end_others():
    """End every session of one's own but this."""
    sign_out.others(browser.presence().user_id)
    return redirect(url_for("account.sessions", ended="others"), 303)


@account.post("/account/sign-out")
def sign_out_here():
    """Leave this browser's session."""
    return redirect(farewell.onwards(sign_out.here("signed_out")), 303)


def _devices():
    """The open sessions as :class:`session_words.Device`, this browser's first."""
    here, now = browser.presence(), clock.now()
    found = devices.in_use(here.user_id)
    found.sort(key=lambda session: session.id != here.session_id)
    apps = holdings.of_sessions([session.id for session in found])
    new = devices.new_ones(here.user_id, now)
    return [
        session_words.told(
            each,
            each.id == here.session_id,
            now,
            [asker.of(client_id).name for client_id in apps.get(each.id, ())],
            is_new=each.device_id in new,
        )
        for each in found
    ]
