"""The applications: the list of them, and each one's page."""

from app.auth.admin import guard, lists
from app.auth.admin.clients import calls, client_page, facts, reaching
from app.auth.clients import directory
from app.auth.hosted import forms, signed_in
from app.auth.staff.permissions import CLIENTS_READ
from app.foundation import clock

listing = guard.door("admin_clients", CLIENTS_READ)

COLUMNS = ("client_id", "name", "type", "institution", "disabled_at", "created_at", "last_used_at")
FITTING = {"q": "text", "state": "state", "type": "kind", "order": "order"}
DONE = ("registered", "already", "saved", "disable", "enable", "verify", "delete")


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
        outcome=lists.outcome("admin.done", DONE),
        command=calls.listing(),
        **signed_in.page(),
    )


@listing.get("/admin/clients/<client_id:client_id>")
def show(client_id):
    """Show one application."""
    return client_page.show(reaching.client(client_id), outcome=lists.outcome("admin.done", DONE))


def _fields(client):
    """The fields of a client in a file, in the order of ``COLUMNS``."""
    times = (client.disabled_at, client.created_at, client.last_used_at)
    moments = map(clock.to_the_second, times)
    return (
        client.id,
        facts.name_of(client),
        client.application_type,
        client.institution,
        *moments,
    )
