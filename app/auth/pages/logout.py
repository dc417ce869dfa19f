"""The logout pages: really leave, and you have left (OIDC RP-Initiated Logout §2, §3)."""

from flask import redirect, request

from app.auth.flows import sign_out
from app.auth.hosted import forms, shell
from app.auth.interactions import journey
from app.auth.sessions import browser
from app.foundation import csrf

logout = shell.door("logout")


@logout.get("/logout/confirm/<uid>")
def confirm(uid):
    """Ask before leaving, since an app that asks may be lying."""
    return forms.page("logout_confirm", **_page(shell.come_in(uid, kind="logout")))


@logout.post("/logout/confirm/<uid>")
def decide(uid):
    """Leave, or stay; then go on with the journey."""
    visit = shell.come_in(uid, kind="logout")
    try:
        visit.check_token()
    except csrf.Stale as problem:
        return forms.again("logout_confirm", problem, notice=forms.told(problem), **_page(visit))
    if request.form.get("decision") == "yes":
        sign_out.here("signed_out")
        return shell.go_on(visit, "logout", left=True)
    journey.refuse(visit.interaction, "logout")
    return redirect(visit.interaction.return_to, 303)


@logout.get("/logout/done")
def done():
    """Say that the session here is over."""
    return forms.page("logout_done")


def _page(visit):
    here = browser.presence()
    who = shell.name_of(here) if here else None
    return {"asker": visit.asker, "csrf_token": visit.token, "who": who}
