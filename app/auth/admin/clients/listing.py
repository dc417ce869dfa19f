"""The applications: the list of them, and each one's page."""

from flask import request

from app.auth.admin import guard, lists
from app.auth.admin.clients import calls, client_page, facts, reaching
from app.auth.clients import directory
from app.auth.hosted import forms, signed_in
from app.auth.staff.permissions import CLIENTS_READ
from app.foundation import words

listing = guard.door("admin_clients", CLIENTS_READ)

COLUMNS = ("client_id", "name", "type", "institution", "disabled_at", "created_at", "last_used_at")
FITTING = {"q": "text", "state": "state", "type": "kind", "order": "order"}
TOLD = {  # ?done= → message
    "registered": "admin.done.registered",
    "already": "admin.done.already",
    "saved": "admin.done.saved",
    "disable": "admin.done.disable",
    "enable": "admin.done.enable",
    "verify": "admin.done.verify",
    "delete": "admin.done.delete",
    "asked": "admin.roles.done.asked",
}


@listing.get("/admin/clients")
def index():
    """List the applications that fit what was asked, a page at a time."""
    asked = lists.asked("q", "state", "type", "order")
    fitting = {FITTING[name]: value for name, value in asked.items()} | {"codes": reaching.codes()}
    if lists.wants_file():
        return lists.file("clients", COLUMNS, directory.batches(**fitting), _fields)
    found = directory.look(**fitting, page=lists.page_number())
    return forms.page(
        "admin/clients/list",
        asked=asked,
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
    return client_page.show(reaching.client(client_id), outcome=_told())


def _fields(client):
    """The fields of a client in a file, in the order of ``COLUMNS``."""
    times = (client.disabled_at, client.created_at, client.last_used_at)
    moments = (moment and moment.isoformat(timespec="seconds") for moment in times)
    return (
        client.id,
        facts.name_of(client),
        client.application_type,
        client.institution,
        *moments,
    )


def _told():
    key = TOLD.get(request.args.get("done"))
    return key and words.t(key)
