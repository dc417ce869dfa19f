"""The logout pages: really leave, and you have left (OIDC RP-Initiated Logout §2, §3)."""

from flask import redirect, request

from app.auth.flows import farewell, sign_out
from app.auth.hosted import asker, forms, shell
from app.auth.interactions import journey
from app.auth.sessions import browser
from app.foundation import csrf, web

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
        return shell.go_on(visit, "logout", session=sign_out.here("signed_out"))
    journey.refuse(visit.interaction, "logout")
    return redirect(visit.interaction.return_to, 303)


@logout.get("/logout/done")
def done():
    """Say that the session here is over."""
    return forms.page("logout_done")


@logout.get("/logout/done/<uid>")
def part(uid):
    """Tell the apps that the session is over, then go back to the one that asked, if one did.

    Nothing is shown on the way back unless an app has a page to open (OIDC Front-Channel
    Logout §3): the script goes on when those have loaded, or the person does.
    """
    visit = shell.come_in(uid, kind="farewell")
    session_id, back = visit.interaction.facts["session"], visit.interaction.facts["back"]
    if "ui_locales" not in request.args:  # else it is this page again, in another language
        farewell.tell(session_id)
    apps = farewell.apps(session_id)
    pages = [app.page for app in apps if app.page]
    if back and not pages:
        return redirect(back, 303)
    for page in pages:
        web.allow_frame(web.origin(page))
    told = [(who, app) for app in apps if (who := asker.of(app.client_id))]
    state = "waiting" if any(app.waiting for app in apps) else "ready"
    name = "logout_leaving" if back else "logout_done"
    return forms.page(name, apps=told, back=back, asker=visit.asker, state=state)


def _page(visit):
    here = browser.presence()
    who = shell.name_of(here) if here else None
    return {"asker": visit.asker, "csrf_token": visit.token, "who": who}
