"""Open a new institution."""

from flask import redirect, url_for

from app.auth.admin import guard
from app.auth.admin.institutions import calls
from app.auth.hosted import forms, signed_in
from app.auth.institutions import directory
from app.auth.staff.permissions import INSTITUTIONS_CREATE
from app.foundation import words

opening = guard.door("admin_institution_opening", INSTITUTIONS_CREATE)

FIELDS = {
    directory.BadCode: ("code", "admin.institutions.bad_code"),
    directory.Taken: ("code", "admin.institutions.taken"),
    directory.BadName: ("name", "admin.institutions.bad_name"),
}


@opening.get("/admin/institutions/new")
def new():
    """Ask how machines and people shall call it."""
    return forms.page("admin/institutions/new", **_page({}))


@opening.post("/admin/institutions/new")
def create():
    """Open it, or say what cannot be."""
    typed = forms.read(code=None, name=None).values
    try:
        directory.create(typed["code"], typed["name"], by=guard.actor())
    except tuple(FIELDS) as problem:
        field, key = FIELDS[type(problem)]
        wrong = {field: words.t(key)}
        return forms.again("admin/institutions/new", problem, errors=wrong, **_page(typed))
    return redirect(url_for("admin_institutions.show", code=typed["code"], done="opened"), 303)


def _page(typed):
    code, name = typed.get("code", ""), typed.get("name", "")
    return {
        "code": code,
        "called": name,
        "command": calls.opening(code, name),
        **signed_in.page(),
    }
