"""What waits for a second pair of eyes: the list, one act with its difference, yes or no."""

from flask import redirect, url_for

from app.auth.admin import guard, lists
from app.auth.admin.approvals import sentences
from app.auth.flows.four_eyes import acts
from app.auth.flows.four_eyes.kinds.catalogue import KINDS
from app.auth.hosted import forms, signed_in
from app.auth.staff import pending
from app.auth.staff.permissions import ACTS_APPROVE
from app.foundation import clock, words
from app.foundation.problems import NotFound, Problem

desk = guard.door("admin_approvals", ACTS_APPROVE)

COLUMNS = ("id", "kind", "about", "institution", "asked_by", "asked_at", "state", "decided_by")
STATES = (*pending.STATES, "all")
DONE = ("approved", "refused")  # ?done= → message
_COMMAND = "flask --app wsgi:auth approvals"
_FRESH = guard.needs(ACTS_APPROVE, max_age=guard.FRESH_SECONDS)


@desk.get("/admin/approvals")
def index():
    """List the acts within reach, those that wait first of all."""
    asked = lists.asked("state", "kind", "order")
    if lists.wants_file():
        found = pending.batches(guard.reach(), **asked)
        return lists.file("approvals", COLUMNS, found, _fields)
    found = pending.look(guard.reach(), **asked, page=lists.page_number())
    return forms.page(
        "admin/approvals/list",
        asked=asked,
        found=found,
        rows=list(sentences.each(found.rows)),
        states=STATES,
        kinds=tuple(KINDS),
        orders=tuple(pending.ORDERS),
        outcome=lists.outcome("admin.approvals.done", DONE),
        command=f"{_COMMAND} list",
        **signed_in.page(),
    )


@desk.get("/admin/approvals/<act_id>")
def show(act_id):
    """Show what would be otherwise."""
    return _page(_mine(act_id))


@desk.post("/admin/approvals/<act_id>/approve")
@_FRESH
def approve(act_id):
    """Do it, as a second person."""
    return _decide(act_id, acts.approve, "approved")


@desk.post("/admin/approvals/<act_id>/refuse")
@_FRESH
def refuse(act_id):
    """Turn it down."""
    return _decide(act_id, acts.refuse, "refused")


def _decide(act_id, verb, done):
    _mine(act_id)
    try:
        verb(act_id, by=guard.actor())
    except NotFound:
        raise
    except Problem as problem:
        return _page(_mine(act_id), problem)
    return redirect(url_for("admin_approvals.index", done=done), 303)


def _mine(act_id):
    act = pending.get(act_id)
    guard.reach().demand(act.institution)
    return act


def _page(act, problem=None):
    [told] = sentences.each([act])
    return forms.page(
        "admin/approvals/act",
        problem.status if problem else 200,
        act=told,
        changes=list(sentences.changes(act)),
        own=acts.is_own(act, guard.actor()),
        about=sentences.person(act.subject),
        asker=sentences.person(act.asked_by),
        notice=problem and _notice(problem),
        state="error" if problem else "form",
        command=f"{_COMMAND} approve {act.id}",
        **signed_in.page(),
    )


def _notice(problem):
    """A problem of what would be done is told in its own words, which are for programs."""
    if problem.key:
        return forms.told(problem)
    return forms.Notice("danger", words.t("error.title"), (problem.description,))


def _fields(act):
    asked_at = clock.to_the_second(act.asked_at)
    state = pending.state_of(act)
    about = (act.id, act.kind, act.subject, act.institution, act.asked_by, asked_at, state)
    return (*about, act.decided_by)
