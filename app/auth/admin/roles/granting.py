"""Give somebody a role, and take it from them."""

from flask import redirect, request, url_for

from app.auth.accounts import lookup
from app.auth.admin import guard, lists
from app.auth.admin.roles import calls
from app.auth.flows.four_eyes import asking
from app.auth.hosted import forms, signed_in
from app.auth.institutions import directory, members
from app.auth.people import naming
from app.auth.staff import grants, holding, own_roles
from app.auth.staff.permissions import ROLES_GRANT
from app.auth.staff.reach import EVERYWHERE
from app.foundation.problems import NotFound, Problem

granting = guard.door("admin_granting", ROLES_GRANT, max_age=guard.FRESH_SECONDS)

_LONGEST = 254


@granting.get("/admin/roles/<name>/give")
def ask_to_give(name):
    """Ask to whom, and where."""
    return _giving(name, {"who": "", "institution": ""})


@granting.post("/admin/roles/<name>/give")
def give(name):
    """Give it, or say why not."""
    given = {each: request.form.get(each, "").strip()[:_LONGEST] for each in ("who", "institution")}
    code = given["institution"] or None
    try:
        done = asking.give_role(_person(given["who"]), name, code=code, by=guard.actor())
    except NotFound:
        raise
    except Problem as problem:
        return _giving(name, given, problem)
    return _to(name, lists.ASKED if done.act else "given")


@granting.get("/admin/roles/<name>/take/<sub>")
def ask_to_take(name, sub):
    """Ask once."""
    return _taking(name, *_held(name, sub))


@granting.post("/admin/roles/<name>/take/<sub>")
def take(name, sub):
    """Take it, or say why not."""
    user, code = _held(name, sub)
    try:
        grants.take(user, name, code=code, by=guard.actor())
    except NotFound:
        raise
    except Problem as problem:
        return _taking(name, user, code, problem)
    return _to(name, "taken")


def _person(who):
    """Whoever is meant; somebody of another institution is nobody to whoever has no more reach."""
    user = lookup.by_identifier(who)
    if user is None or not guard.reach().covers(*members.codes(user.id)):
        raise grants.NoMember
    return user


def _held(name, sub):
    """The person and the institution, when they have the role there and that is within reach."""
    user, code = lookup.by_sub(sub), request.args.get("institution") or None
    guard.reach().demand(code)
    if user is None or name not in holding.here(user.id, code):
        raise NotFound
    return user, code


def _giving(name, given, problem=None):
    reach = guard.reach()
    return forms.page(
        "admin/roles/give",
        problem.status if problem else 200,
        role=own_roles.get(name),
        given=given,
        everywhere=reach == EVERYWHERE,
        institutions=sorted(directory.names(reach.codes or ()).items()),
        notice=problem and forms.told(problem),
        state="error" if problem else "form",
        command=calls.granting("grant", name, given["who"] or "WHO", given["institution"]),
        **signed_in.page(),
    )


def _taking(name, user, code, problem=None):
    return forms.page(
        "admin/roles/take",
        problem.status if problem else 200,
        role=own_roles.get(name),
        called=naming.called(user),
        place=code and directory.get(code).name,
        notice=problem and forms.told(problem),
        state="error" if problem else "form",
        command=calls.granting("revoke", name, user.username or "WHO", code),
        **signed_in.page(),
    )


def _to(name, done):
    return redirect(url_for("admin_roles.staff", role=name, done=done), 303)
