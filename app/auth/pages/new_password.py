"""The new-password page: the one in use was handed out, and must be replaced before going on.

A journey stops here when :mod:`app.auth.interactions.prompts.new_password` says so.
"""

from app.auth.accounts import lookup, passwords
from app.auth.flows import change_password
from app.auth.hosted import forms, shell
from app.auth.pages import password_words
from app.auth.sessions import browser
from app.foundation import csrf, words

new_password = shell.door("new_password")


@new_password.get("/new-password/<uid>")
def show(uid):
    """Ask for a password that only this person knows."""
    return forms.page("new_password", **_page(shell.come_in(uid, "new_password")))


@new_password.post("/new-password/<uid>")
def change(uid):
    """Keep the new password and go on with the journey, or say what it lacks."""
    visit = shell.come_in(uid, "new_password")
    form = forms.read(new_password="new_password.missing")
    try:
        visit.check_token()
        if form.wrong:
            return forms.again(
                "new_password", forms.Incomplete(), errors=form.wrong, **_page(visit)
            )
        change_password.at_sign_in(browser.presence().user_id, form.values["new_password"])
    except csrf.Stale as problem:
        return forms.again("new_password", problem, notice=forms.told(problem), **_page(visit))
    except passwords.Refused as problem:
        wrong = {"new_password": words.t(problem.key, **problem.values)}
        advice = password_words.advice(form.values["new_password"])
        told = {"errors": wrong, "advice": advice}
        return forms.again("new_password", problem, **told, **_page(visit))
    return shell.go_on(visit, "new_password")


def _page(visit):
    here = browser.presence()
    user = lookup.by_id(here.user_id)
    return {
        "asker": visit.asker,
        "csrf_token": visit.token,
        "username": user.username or user.email,
        "who": shell.name_of(here),
    }
