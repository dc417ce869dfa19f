"""Saying why: before support sees a person at all, and before one thing of theirs is in clear."""

from flask import redirect, request, url_for

from app.auth.admin import guard
from app.auth.admin.people import within
from app.auth.flows.people import looking
from app.auth.hosted import forms, signed_in
from app.auth.people import naming
from app.auth.sessions import browser
from app.auth.staff.permissions import PEOPLE_READ, PEOPLE_UNMASK
from app.foundation.problems import NotFound, Problem

reasons = guard.door("admin_why", PEOPLE_READ)

_WHY = f"/admin/users/{within.SUB}/why"
_CLEAR = f"/admin/users/{within.SUB}/show/<any({', '.join(looking.FIELDS)}):field>"


@reasons.app_errorhandler(within.Unexplained)
def explain_first(unexplained):
    """Lead to where the reason is given."""
    return redirect(url_for("admin_why.ask", sub=unexplained.sub), 303)


@reasons.get(_WHY)
def ask(sub):
    """Ask why; who it is, is not shown more than in the list."""
    return _asking(within.person(sub, seen=True))


@reasons.post(_WHY)
def open_page(sub):
    """Open the person's page for a while, or say what the reason lacks."""
    user, reason = within.person(sub, seen=True), request.form.get("reason", "")
    try:
        looking.begin(user, browser.presence().session_id, reason, by=guard.actor())
    except Problem as problem:
        return _asking(user, problem, reason=reason)
    return redirect(url_for("admin_people.show", sub=user.sub), 303)


@reasons.get(_CLEAR)
@guard.needs(PEOPLE_UNMASK, guard.FRESH_SECONDS)
def ask_clear(sub, field):
    """Ask why this has to be seen."""
    return _asking(within.person(sub), field=field)


@reasons.post(_CLEAR)
@guard.needs(PEOPLE_UNMASK, guard.FRESH_SECONDS)
def show_clear(sub, field):
    """Show it, this once; loading the page again asks again."""
    user, reason = within.person(sub), request.form.get("reason", "")
    try:
        value = looking.in_clear(user, field, reason, by=guard.actor())
    except NotFound:
        raise
    except Problem as problem:
        return _asking(user, problem, field=field, reason=reason)
    told = {"user": user, "called": naming.called(user), "field": field, "value": value}
    return forms.page("admin/people/clear", **told, **signed_in.page())


def _asking(user, problem=None, *, field=None, reason=""):
    context = {"user": user, "called": naming.called(user), "field": field, "reason": reason}
    context |= {"longest": looking.reasons.LONGEST, **signed_in.page()}
    if problem is None:
        return forms.page("admin/people/why", **context)
    return forms.again("admin/people/why", problem, notice=forms.told(problem), **context)
