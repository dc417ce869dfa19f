"""Define a role of the bank's own, change what it holds, delete it."""

from flask import redirect, request, url_for

from app.auth.admin import guard, lists
from app.auth.admin.roles import calls
from app.auth.admin.roles.grid import rights
from app.auth.flows.four_eyes import asking
from app.auth.hosted import forms, signed_in
from app.auth.staff import holding, own_roles
from app.auth.staff.permissions import CATALOGUE, ROLES_DEFINE
from app.foundation.problems import NotFound, Problem

defining = guard.door("admin_defining", ROLES_DEFINE, max_age=guard.FRESH_SECONDS)


@defining.get("/admin/roles/new")
def new():
    """Ask what the role shall be called and hold."""
    return _page(None, {"name": "", "description": "", "permissions": ()})


@defining.post("/admin/roles/new")
def define():
    """Define it, or say why not."""
    given = _typed()
    try:
        own_roles.define(**given, by=guard.actor())
    except NotFound:
        raise
    except Problem as problem:
        return _page(None, given, problem)
    return _to(given["name"], "defined")


@defining.get("/admin/roles/<name>/edit")
def edit(name):
    """Show what the role holds, to be changed."""
    role = _own(name)
    given = {"name": name, "description": role.description or "", "permissions": role.permissions}
    return _page(role, given)


@defining.post("/admin/roles/<name>/edit")
def change(name):
    """Let it hold what was ticked, unless somebody else changed it meanwhile."""
    role, given = _own(name), _typed() | {"name": name}
    try:
        seen = request.form.get("seen", "").split()
        done = asking.change_role(**given, by=guard.actor(), seen=seen)
    except NotFound:
        raise
    except Problem as problem:
        return _page(role, given, problem)
    return _to(name, lists.ASKED if done.act else "changed")


@defining.get("/admin/roles/<name>/delete")
def ask_to_remove(name):
    """Say from how many it would be taken, and ask."""
    return _removal(name)


@defining.post("/admin/roles/<name>/delete")
def remove(name):
    """Delete it."""
    try:
        own_roles.remove(name, by=guard.actor(), though_held="though_held" in request.form)
    except NotFound:
        raise
    except Problem as problem:
        return _removal(name, problem)
    return redirect(url_for("admin_roles.index", done="deleted"), 303)


def _page(role, given, problem=None):
    return forms.page(
        "admin/roles/form",
        problem.status if problem else 200,
        role=role,
        given=given,
        rights=rights(CATALOGUE),
        notice=problem and forms.told(problem),
        state="error" if problem else "form",
        command=calls.defining(given["name"], given["permissions"], given["description"]),
        **signed_in.page(),
    )


def _removal(name, problem=None):
    return forms.page(
        "admin/roles/removal",
        problem.status if problem else 200,
        role=_own(name),
        holders=holding.count(name),
        notice=problem and forms.told(problem),
        state="error" if problem else "form",
        command=calls.removing(name),
        **signed_in.page(),
    )


def _typed():
    return {
        "name": request.form.get("name", "").strip(),
        "description": request.form.get("description", "")[:1000],
        "permissions": frozenset(request.form.getlist("permissions")) & CATALOGUE,
    }


def _own(name):
    role = own_roles.get(name)
    if role.built_in:
        raise own_roles.BuiltIn
    return role


def _to(name, done):
    return redirect(url_for("admin_roles.show", name=name, done=done), 303)
