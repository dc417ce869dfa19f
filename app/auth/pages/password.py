"""The password page of one's own account: a new one, for who knows the old."""

from flask import redirect, url_for

from app.auth.accounts import lockout, lookup, passwords
from app.auth.flows import change_password
from app.auth.hosted import forms, signed_in
from app.auth.sessions import browser
from app.foundation import words

password = signed_in.door("account_password")


@password.get("/account/password")
def show():
    """Ask for the old and the new one."""
    return forms.page("password", **_page())


@password.post("/account/password")
def change():
    """Keep the new one and end every other session, or say what is wrong."""
    form = forms.read(
        current_password="password.current_missing", new_password="new_password.missing"
    )
    if form.wrong:
        return forms.again("password", forms.Incomplete(), errors=form.wrong, **_page())
    old, new = form.values["current_password"], form.values["new_password"]
    try:
        change_password.by_old(browser.presence().user_id, old, new)
    except change_password.WrongPassword as problem:
        wrong = {"current_password": words.t(problem.key)}
    except passwords.Refused as problem:
        wrong = {"new_password": words.t(problem.key, **problem.values)}
    except lockout.Paused as problem:
        told = forms.told(problem, time=words.time(problem.until))
        return forms.again("password", problem, notice=told, **_page())
    else:
        return redirect(url_for("account.home", done="password"), 303)
    return forms.again("password", forms.Incomplete(), errors=wrong, **_page())


def _page():
    user = lookup.by_id(browser.presence().user_id)
    return {"username": user.username or user.email, **signed_in.page()}
