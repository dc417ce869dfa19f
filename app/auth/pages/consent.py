"""The consent page: this app asks; this is what it means, and what it does not allow.

A journey stops here when :mod:`app.auth.interactions.prompts.consent` says that something is not
yet allowed (OIDC Core §3.1.2.4); or where a deed waits, which has a page of its own
(:mod:`app.auth.pages.payment`) that decides both.
"""

from flask import redirect, request, url_for

from app.auth.consents import approval, named
from app.auth.flows import link_device, sign_out
from app.auth.hosted import forms, shell
from app.auth.interactions import journey
from app.auth.pages import detail_words, payment, scope_words
from app.auth.sessions import browser
from app.foundation import csrf

consent = shell.door("consent")


@consent.get("/consent/<uid>")
def show(uid):
    """Say in plain words what is asked, by whom, of whom."""
    visit = _come_in(uid)
    return payment.show(visit) if _has_deed(visit) else forms.page("consent", **_page(visit))


@consent.post("/consent/<uid>")
def decide(uid):
    """Keep the person's decision and go on with the journey."""
    visit = _come_in(uid)
    if _has_deed(visit):
        return payment.decide(visit)
    try:
        visit.check_token()
    except csrf.Stale as problem:
        return forms.again("consent", problem, notice=forms.told(problem), **_page(visit))
    here, asked = browser.presence(), visit.interaction.request
    if request.form.get("decision") == "allow":
        wanted = named.to_allow(asked.scope, asked.claims)
        approval.give(here.user_id, here.sub, asked.client_id, wanted)
        return shell.go_on(visit, "consent", sub=here.sub)
    journey.refuse(visit.interaction, "consent")
    return redirect(visit.interaction.return_to, 303)


@consent.post("/consent/<uid>/switch")
def switch(uid):
    """This is someone else's session: end it, and let the right person sign in."""
    visit = _come_in(uid)
    visit.check_token()
    sign_out.here("switched")
    return redirect(url_for("login.show", uid=uid), 303)


def _come_in(uid):
    return shell.come_in(uid, "consent", "approval", page="consent")


def _has_deed(visit):
    return bool(visit.interaction.request.deed)


def _page(visit):
    here, asked = browser.presence(), visit.interaction.request
    wanted = named.to_allow(asked.scope, asked.claims)
    new = approval.missing(here.user_id, asked.client_id, wanted)
    return {
        "asker": visit.asker,
        "csrf_token": visit.token,
        "details": detail_words.items(asked.details),
        "items": scope_words.items(wanted, new),
        "some_new": 0 < len(new) < len(wanted),
        "uid": visit.uid,
        "user_code": link_device.code_of(asked),
        "who": shell.name_of(here),
    }
