"""What ends, opens or asks: each asks once, on a page of its own, and none on an old sign-in."""

from flask import redirect, request, url_for

from app.auth.admin import guard, lists
from app.auth.admin.people import calls, facts, person_page, within
from app.auth.flows.four_eyes.acts import Outcome
from app.auth.flows.people import locking, passwords, signing_out
from app.auth.hosted import forms, signed_in
from app.auth.people import naming
from app.auth.sessions import browser
from app.auth.staff.permissions import PEOPLE_LOCK
from app.foundation.problems import NotFound, Problem

deeds = guard.door("admin_person_deeds", PEOPLE_LOCK, max_age=guard.FRESH_SECONDS)

VERBS = {
    "lock": locking.lock,
    "unlock": locking.unlock,
    "sign-out": signing_out.everywhere,
    "require-password": passwords.require,
    "send-recovery": lambda sub, *, by: passwords.mail_recovery(sub, browser.address(), by=by),
}
ENDING = ("lock", "sign-out", "require-password")
_DEED = f"/admin/users/{within.SUB}/<any({', '.join(repr(name) for name in VERBS)}):deed>"


@deeds.get(_DEED)
def ask(sub, deed):
    """Say what it would do, and ask."""
    user = within.person(sub)
    return forms.page(
        "admin/people/deed",
        deed=deed,
        ends=deed in ENDING,
        user=user,
        called=naming.called(user),
        command=calls.deed(deed, user.sub),
        **signed_in.page(),
    )


@deeds.post(_DEED)
def do(sub, deed):
    """Do it, or say why not; it may have been done meanwhile, which is as good."""
    user = within.person(sub)
    return done(user, deed, lambda: VERBS[deed](user.sub, by=guard.actor()))


@deeds.post(f"/admin/users/{within.SUB}/sessions/end")
def end_session(sub):
    """End one session of the person."""
    user, session_id = within.person(sub), request.form.get("sid", "")
    return done(user, "session", lambda: signing_out.one(user.sub, session_id, by=guard.actor()))


def done(user, name, verb):
    """Do ``verb`` and lead back to the page of ``user``, which tells of it; or say why not."""
    try:
        outcome = verb()
    except NotFound:
        raise
    except Problem as problem:
        notice = forms.told(problem, **_when(problem))
        return person_page.show(user, problem.status, notice=notice, state="error")
    return redirect(url_for("admin_people.show", sub=user.sub, done=_told(outcome, name)), 303)


def _told(outcome, name):
    """What the page tells: that it is done, or that it waits for somebody else."""
    return lists.ASKED if isinstance(outcome, Outcome) and outcome.act else name


def _when(problem):
    until = getattr(problem, "until", None)
    return {"time": facts.words.time(until)} if until else {}
