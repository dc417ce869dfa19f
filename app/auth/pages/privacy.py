"""Privacy: take a copy of one's data, close one's account."""

import json
from datetime import timedelta

from flask import Response, current_app, redirect, request, url_for

from app.auth.flows.account import close_account, export_data
from app.auth.hosted import forms, shell, signed_in
from app.auth.retention import kinds
from app.auth.sessions import browser
from app.foundation import clock, words

privacy = signed_in.door("account_privacy")
deeds = signed_in.door("account_privacy_deeds", act="privacy")
closed = shell.door("account_closed")


@privacy.get("/account/privacy")
def show():
    """Say what one can do."""
    days = current_app.config["CLOSING_DAYS"]
    return forms.page("privacy", days=days, kinds=kinds.KINDS, **signed_in.page())


@deeds.get("/account/privacy/export")
def ask_export():
    """Say what is in the copy, for who has just signed in again."""
    return forms.page("privacy_export", **signed_in.page())


@deeds.post("/account/privacy/export")
def export():
    """Hand out the copy: a file, or a page to read."""
    told = export_data.of(browser.presence().user_id)
    if request.form.get("as") == "page":
        parts = {"users": [told["person"]], **told["held"], "activity": told["activity"]}
        return forms.page("privacy_data", parts=parts, **signed_in.page())
    body = json.dumps(told, ensure_ascii=False, indent=2)
    answer = Response(body, mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@deeds.get("/account/close")
def ask_close():
    """Say what is erased, what is kept, and how to come back."""
    return forms.page("close", day=_last_day(), **signed_in.page())


@deeds.post("/account/close")
def close():
    """Close the account, and lead out of it."""
    close_account.now(browser.presence().user_id)
    return redirect(url_for("account_closed.show_closed"), 303)


@closed.get("/account/closed")
def show_closed():
    """Say goodbye, whoever comes by."""
    return forms.page("closed", day=_last_day())


def _last_day():
    return words.date(clock.now() + timedelta(days=current_app.config["CLOSING_DAYS"]))
