"""Who belongs to an institution: the list of members; one is admitted, one is released.

Whoever administers one institution alone invites people instead: nobody takes another bank's
people for his own, nor learns by trying who has an account.
"""

from flask import redirect, url_for

from app.auth.accounts import lookup
from app.auth.admin import guard, lists
from app.auth.admin.institutions import calls, facts, within
from app.auth.flows.four_eyes import asking
from app.auth.hosted import forms, signed_in
from app.auth.institutions import members, membership
from app.auth.people import naming
from app.auth.staff.permissions import INSTITUTIONS_MANAGE, INSTITUTIONS_READ
from app.auth.staff.reach import EVERYWHERE
from app.foundation import clock, masks, words
from app.foundation.problems import NotFound

belonging = guard.door("admin_members", INSTITUTIONS_READ)

COLUMNS = ("sub", "name", "email", "status", "account_created_at")
FITTING = {"q": "text", "state": "state", "order": "order"}
DONE = ("admitted", "released")
_HERE = "/admin/institutions/<client_id:code>/members"
_RELEASE = f"{_HERE}/<sub>/release"


@belonging.get(_HERE)
def index(code):
    """List the members that fit what was asked."""
    institution = within.find(code)
    asked = lists.asked(*FITTING)
    fitting = {FITTING[name]: value for name, value in asked.items()}
    if lists.wants_file():
        found = membership.batches(institution.id, **fitting)
        return lists.file(f"members-{code}", COLUMNS, found, _fields)
    found = membership.look(institution.id, **fitting, page=lists.page_number())
    return _page(
        institution,
        asked=asked,
        found=found,
        outcome=lists.outcome("admin.institutions.done", DONE),
    )


@belonging.post(_HERE)
@guard.needs(INSTITUTIONS_MANAGE)
def admit(code):
    """Make a person a member who is known by what was typed; for who may everywhere."""
    institution = within.find(code)
    if guard.reach() != EVERYWHERE:
        raise guard.NotAllowed
    typed = forms.read(who=None).values["who"]
    user = lookup.by_identifier(typed)
    if user is None:
        found = membership.look(institution.id)
        wrong = {"who": words.t("admin.institutions.nobody")}
        return _page(institution, 422, asked={}, found=found, errors=wrong, who_typed=typed)
    members.admit(user, code, by=guard.actor())
    return redirect(url_for("admin_members.index", code=code, done="admitted"), 303)


@belonging.get(_RELEASE)
@guard.needs(INSTITUTIONS_MANAGE, guard.FRESH_SECONDS)
def ask_to_release(code, sub):
    """Say what it would end, and ask."""
    institution = within.find(code)
    user = _member(institution, sub)
    return forms.page(
        "admin/institutions/release",
        institution=institution,
        called=naming.called(user),
        email=masks.email(user.email),
        command=calls.of("release", code, "E-MAIL"),
        **signed_in.page(),
    )


@belonging.post(_RELEASE)
@guard.needs(INSTITUTIONS_MANAGE, guard.FRESH_SECONDS)
def release(code, sub):
    """Make them a member no more."""
    institution = within.find(code)
    done = asking.release(_member(institution, sub), code, by=guard.actor())
    told = lists.ASKED if done.act else "released"
    return redirect(url_for("admin_members.index", code=code, done=told), 303)


def _member(institution, sub):
    user = membership.find(institution.id, sub)
    if user is None:
        raise NotFound
    return user


def _page(institution, status=200, **more):
    return forms.page(
        "admin/institutions/members",
        status,
        institution=institution,
        rows=[facts.member(each) for each in more["found"].rows],
        states=membership.STATES,
        orders=tuple(membership.ORDERS),
        may_admit=guard.may(INSTITUTIONS_MANAGE) and guard.reach() == EVERYWHERE,
        command=calls.of("admit", institution.code, "E-MAIL"),
        state="error" if status >= 400 else "ready",
        **more,
        **signed_in.page(),
    )


def _fields(user):
    since = clock.to_the_second(user.created_at)
    return user.sub, naming.called(user), masks.email(user.email), user.status, since
