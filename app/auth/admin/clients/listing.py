"""The applications: the list of them, and each one's page."""

from flask import redirect, request, url_for

from app.auth.admin import guard
from app.auth.admin.clients import calls, client_page, facts
from app.auth.clients import directory, registration
from app.auth.hosted import forms, signed_in
from app.foundation import words

listing = guard.door("admin_clients")

LONGEST = 200  # characters looked for
TOLD = {  # ?done= → message
    "registered": "admin.done.registered",
    "already": "admin.done.already",
    "saved": "admin.done.saved",
    "disable": "admin.done.disable",
    "enable": "admin.done.enable",
    "verify": "admin.done.verify",
    "delete": "admin.done.delete",
}


@listing.get("/admin")
def home():
    """Lead to what there is to administer."""
    return redirect(url_for(".index"), 303)


@listing.get("/admin/clients")
def index():
    """List the applications that fit what was asked, a page at a time."""
    asked = {n: request.args.get(n, "")[:LONGEST] for n in ("q", "state", "type", "order")}
    page = request.args.get("page", 1, type=int)
    found = directory.look(
        asked["q"], state=asked["state"], kind=asked["type"], order=asked["order"], page=page
    )
    return forms.page(
        "admin/clients/list",
        asked={name: value for name, value in asked.items() if value},
        found=found,
        rows=[facts.row(client) for client in found.rows],
        states=directory.STATES,
        types=directory.TYPES,
        orders=tuple(directory.ORDERS),
        outcome=_told(),
        command=calls.listing(),
        **signed_in.page(),
    )


@listing.get("/admin/clients/<client_id:client_id>")
def show(client_id):
    """Show one application."""
    return client_page.show(registration.get(client_id), outcome=_told())


def _told():
    key = TOLD.get(request.args.get("done"))
    return key and words.t(key)
