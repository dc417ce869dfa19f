"""What an institution asks for: a second person, before what is its own is changed."""

from flask import redirect, request, url_for

from app.auth.admin import guard, lists
from app.auth.admin.institutions import calls, within
from app.auth.flows.four_eyes import asking
from app.auth.hosted import forms, signed_in
from app.auth.staff.permissions import INSTITUTIONS_MANAGE
from app.foundation.intake import Malformed

two_people = guard.door("admin_four_eyes", INSTITUTIONS_MANAGE, max_age=guard.FRESH_SECONDS)

_HERE = "/admin/institutions/<client_id:code>/four-eyes"
_WISHES = ("on", "off")


@two_people.get(_HERE)
def ask(code):
    """Ask once whether to want a second person, or no more."""
    institution = within.find(code)
    wish = "off" if institution.four_eyes else "on"
    return forms.page(
        f"admin/institutions/four_eyes_{wish}",
        institution=institution,
        command=calls.of("four-eyes", code, wish),
        **signed_in.page(),
    )


@two_people.post(_HERE)
def keep(code):
    """Do so; to do without needs a second person too."""
    within.find(code)
    wish = request.form.get("wish")
    if wish not in _WISHES:
        raise Malformed(detail="wish")
    done = asking.switch(code, on=wish == "on", by=guard.actor())
    told = lists.ASKED if done.act else f"four_eyes_{wish}"
    return redirect(url_for("admin_institutions.show", code=code, done=told), 303)
