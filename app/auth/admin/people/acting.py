"""Asking a person to let one read as them; and, while they do, how a console gets its token."""

from flask import current_app, redirect, request, url_for

from app.auth.admin import guard
from app.auth.admin.people import within
from app.auth.flows.people import acting as flow
from app.auth.hosted import forms, signed_in
from app.auth.people import naming
from app.auth.staff.permissions import PEOPLE_ACT_FOR
from app.auth.support import acting as leaves
from app.foundation import clock, words
from app.foundation.problems import NotFound, Problem

acting = guard.door("admin_acting", PEOPLE_ACT_FOR)

_ACT = f"/admin/users/{within.SUB}/act-for"


@acting.get(_ACT)
def show(sub):
    """Ask for it; or say that it waits, or is open until when, and how."""
    return _page(within.person(sub))


@acting.post(_ACT)
def ask(sub):
    """Ask the person, or say why not."""
    user = within.person(sub)
    reason, minutes = request.form.get("reason", ""), request.form.get("minutes", 0, type=int)
    try:
        flow.ask(user.sub, reason, minutes, by=guard.actor())
    except NotFound:
        raise
    except Problem as problem:
        return _page(user, problem, reason)
    return redirect(url_for("admin_acting.show", sub=user.sub), 303)


@acting.post(f"{_ACT}/end")
def end(sub):
    """End it; the person had to do nothing."""
    user = within.person(sub)
    flow.end_by_staff(user.sub, by=guard.actor())
    return redirect(url_for("admin_people.show", sub=user.sub, done="acting"), 303)


def _page(user, problem=None, reason=""):
    leave, now = leaves.live(user.id), clock.now()
    mine = leave is not None and leave.staff_sub == guard.actor()
    is_open = mine and leave.is_open(now)
    context = {
        "user": user,
        "called": naming.called(user),
        "minutes": leaves.MINUTES,
        "reason": reason,
        "mine": mine,
        "another": leave is not None and not mine,
        "until": leave and words.when(leave.until, now),
        "handle": leaves.handle(leave) if is_open else None,
        "state": ("open" if is_open else "waiting") if mine else None,
        "issuer": current_app.config["ISSUER"],
        **signed_in.page(),
    }
    if problem is None:
        return forms.page("admin/people/acting", **context)
    context["state"] = "error"
    answer = forms.page(
        "admin/people/acting", problem.status, notice=forms.told(problem), **context
    )
    return answer
